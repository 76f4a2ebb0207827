private import Crypto
private import Foundation
package import ReportCore
private import Texts

/// Reads a folder of templates and checks them against their sources.
package struct TemplateFolder: Sendable {
  /// In lower case; a file's may be in any.
  static let fileEndings = [".yaml", ".yml"]
  static let filesMax = 10_000

  let path: String
  /// Whether the folder must be there.
  let isRequired: Bool

  package init(path: String, isRequired: Bool) {
    self.path = path
    self.isRequired = isRequired
  }

  /// Reads every file, and checks it against its source.
  ///
  /// - Returns: also the templates whose source cannot be read now, with that fault.
  /// - Throws: all problems of all files.
  package func read(
    sources: [String: any DataSource], check: SourceCheck
  ) async throws(Problems) -> LoadedCatalog.Contents {
    let names = Set(sources.keys)
    let parsed = await WorkerThread.run { [self] in
      Result { () throws(Problems) in try parse(check.checker, sources: names) }
    }
    guard let parsed else { throw Problems(path, "the system gives no thread to read it with") }
    var (drafts, problems) = try parsed.get()
    let groups = Dictionary(grouping: drafts.indices, by: { drafts[$0].template.source })
      .filter { names.contains($0.key) }
    let verdicts = await check.run(
      groups.mapValues { indices in indices.map { drafts[$0] } }, on: sources)
    for (source, indices) in groups {
      for (index, verdict) in zip(indices, verdicts[source] ?? []) {
        switch verdict {
        case .fine: break
        // Nobody here wrote it, so nobody's start is stopped by it.
        case .broken where drafts[index].isBuiltIn:
          drafts[index].template.fault = TemplateFault(verdict)
        case .broken(let found): problems += found.map(drafts[index].problem)
        case .unchecked: drafts[index].template.fault = TemplateFault(verdict)
        }
      }
    }
    guard problems.isEmpty else {
      throw Problems(problems.sorted { ($0.place, $0.line ?? 0) < ($1.place, $1.line ?? 0) })
    }
    return LoadedCatalog.Contents(drafts: drafts, sources: sources)
  }

  /// What the files say by themselves, and what is wrong with it.
  private func parse(
    _ checker: TemplateChecker, sources: Set<String>
  ) throws(Problems) -> (drafts: [TemplateDraft], problems: [Problem]) {
    var problems: [Problem] = []
    var drafts: [TemplateDraft] = []
    for file in try files() {
      let log = ProblemLog(file: file)
      do throws(Problems) {
        let text = try TextFile.read(file, bytesMax: YAMLNode.fileBytesMax)
        if var draft = TemplateReader.read(
          text, formats: checker.optionFormats, folder: path, log: log)
        {
          draft.template.textSHA256 = Self.digest(text)
          drafts.append(draft)
        }
      } catch {
        problems += error.all
      }
      problems += log.problems
    }
    if sources.contains(BuiltInTemplates.source) {
      let own = Set(drafts.flatMap { [$0.template.templateID.exact, $0.template.name.exact] })
      drafts += BuiltInTemplates.drafts(checker.optionFormats).filter {
        !own.contains($0.template.templateID.exact)
      }
    }
    for draft in drafts {
      let hasSource = sources.contains(draft.template.source)
      problems += checker.problems(in: draft.template, hasSource: hasSource).map(draft.problem)
    }
    for (index, problem) in checker.problems(among: drafts.map(\.template)) {
      problems.append(drafts[index].problem(problem))
    }
    return (drafts, problems)
  }

  /// By what a manifest knows the text of a template.
  static func digest(_ text: String) -> String {
    Hex.text(of: SHA256.hash(data: Array(text.utf8)))
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
      !name.hasPrefix(".") && Self.fileEndings.contains { name.lowercased().hasSuffix($0) }
        && !TextFile.isFolder(path + "/" + name)
    }
    guard files.count <= Self.filesMax else {
      throw Problems(path, "the folder has \(files.count) templates; at most \(Self.filesMax)")
    }
    return files.sorted().map { path + "/" + $0 }
  }
}
