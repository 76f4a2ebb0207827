private import Foundation
package import ReportCore

/// Reads a folder of templates and checks them against their sources.
package struct TemplateFolder: Sendable {
  static let fileEndings = [".yaml", ".yml"]
  static let filesMax = 10_000

  let path: String
  /// Whether the folder must be there.
  let isRequired: Bool
  /// The formats that have a renderer.
  let formats: [ReportFormat]

  package init(path: String, isRequired: Bool, formats: [ReportFormat]) {
    self.path = path
    self.isRequired = isRequired
    self.formats = formats
  }

  /// Reads every file. Opens the sources, so it blocks.
  ///
  /// - Throws: all problems of all files.
  package func read(sources: [String: any DataSource]) throws(Problems) -> [Template] {
    var problems: [Problem] = []
    var drafts: [TemplateDraft] = []
    for file in try files() {
      let log = ProblemLog(file: file)
      do throws(Problems) {
        let text = try TextFile.read(file, bytesMax: YAMLNode.fileBytesMax)
        if let draft = TemplateReader.read(text, log: log) { drafts.append(draft) }
      } catch {
        problems += error.all
      }
      problems += log.problems
    }
    let checker = TemplateChecker(formats: formats)
    for draft in drafts {
      let source = sources[draft.template.source]
      problems += checker.problems(in: draft.template, source: source).map(draft.problem)
    }
    for (index, problem) in checker.problems(among: drafts.map(\.template)) {
      problems.append(drafts[index].problem(problem))
    }
    guard problems.isEmpty else {
      throw Problems(problems.sorted { ($0.place, $0.line ?? 0) < ($1.place, $1.line ?? 0) })
    }
    return drafts.map(\.template)
  }

  private func files() throws(Problems) -> [String] {
    guard TextFile.isFolder(path) else {
      if !isRequired, !TextFile.exists(path) { return [] }
      throw Problems(path, "there is no such folder of templates; make it, or name another")
    }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw Problems(path, "the folder cannot be read: \(error.localizedDescription)")
    }
    let files = names.filter { name in
      !name.hasPrefix(".") && Self.fileEndings.contains { name.hasSuffix($0) }
        && !TextFile.isFolder(path + "/" + name)
    }
    guard files.count <= Self.filesMax else {
      throw Problems(path, "the folder has \(files.count) templates; at most \(Self.filesMax)")
    }
    return files.sorted().map { path + "/" + $0 }
  }
}
