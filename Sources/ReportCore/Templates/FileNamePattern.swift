internal import Texts

/// What the files of a template's reports are called: text with places in braces that the report
/// fills, such as `{name}_{option.year}_{date}`. Checked when the template is loaded.
package struct FileNamePattern: Hashable, Sendable {
  /// What a place is filled with.
  private enum Part: Hashable, Sendable {
    case text(String)
    /// The template's name.
    case template
    /// The template's title.
    case title
    /// What people call the report.
    case name
    /// The day of the create in UTC: `20261125`.
    case date
    /// The time of the create in UTC: `083000`.
    case time
    /// What a parameter has: the caller's value, else the default, else nothing.
    case option(String)
  }

  /// Why a text is no pattern.
  package struct Fault: Error, Hashable, Sendable {
    /// The first character that is wrong, counted from 1 in Unicode scalars.
    package var position: Int
    package var reason: String
  }

  private let parts: [Part]

  /// UTF-8 bytes of a pattern at most.
  private static let bytesMax = 255
  /// Bytes of one value that are looked at: more than any name has.
  private static let valueBytesMax = 2 * FileName.bytesMax

  private static let words: [(name: String, part: Part)] = [
    ("template", .template), ("title", .title), ("name", .name), ("date", .date), ("time", .time),
  ]

  /// `{template}_{date}`, which is what files are called where the template says nothing.
  package static let standard = FileNamePattern(parts: [.template, .text("_"), .date])

  private init(parts: [Part]) {
    self.parts = parts
  }

  /// Reads a pattern.
  ///
  /// - Parameter parameters: the names of the template's parameters.
  package init(_ text: String, parameters: [String]) throws(Fault) {
    guard !text.isEmpty else { throw Fault(position: 1, reason: "it is empty") }
    guard text.utf8.count <= Self.bytesMax else {
      throw Fault(
        position: 1,
        reason: "it has \(text.utf8.count) bytes; at most \(Self.bytesMax) are taken")
    }
    var parts: [Part] = []
    var literal = String.UnicodeScalarView()
    let scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count {
      guard scalars[index] == "{" else {
        try Self.check(scalars[index], at: index + 1)
        literal.append(scalars[index])
        index += 1
        continue
      }
      guard let end = scalars[index...].firstIndex(of: "}") else {
        throw Fault(position: index + 1, reason: "the brace is not closed")
      }
      var word = String.UnicodeScalarView()
      word.append(contentsOf: scalars[(index + 1)..<end])
      if !literal.isEmpty { parts.append(.text(String(literal))) }
      literal.removeAll()
      parts.append(try Self.part(String(word), at: index + 1, parameters))
      index = end + 1
    }
    if !literal.isEmpty { parts.append(.text(String(literal))) }
    self.parts = parts
  }

  private static func check(_ scalar: Unicode.Scalar, at position: Int) throws(Fault) {
    guard scalar != "}" else {
      throw Fault(position: position, reason: "a brace is closed that was not opened")
    }
    guard FileName.takes(scalar) else {
      throw Fault(
        position: position,
        reason: "\(String(scalar).quoted) cannot stand in a file's name on every system")
    }
  }

  private static func part(
    _ word: String, at position: Int, _ parameters: [String]
  ) throws(Fault) -> Part {
    if let known = words.first(where: { $0.name.isExactly(word) }) { return known.part }
    let options = parameters.map { "option.\($0)" }
    if let index = options.firstIndex(where: { $0.isExactly(word) }) {
      return .option(parameters[index])
    }
    let names = words.map(\.name) + options
    let meant = names.nearest(to: word).map { " (did you mean {\($0)}?)" } ?? ""
    throw Fault(
      position: position,
      reason: "there is no {\(word)}\(meant); there are "
        + names.map { "{\($0)}" }.joined(separator: ", "))
  }

  /// The name of a report's files without an extension: any text, see `FileName`. What is filled in
  /// is cut where it is longer than a name may be.
  func text(of report: Report, _ template: Template) -> String {
    let created = CalendarParts(report.createdAt)
    var text = ""
    for part in parts {
      switch part {
      case .text(let literal): text += literal
      case .template: text += template.name
      case .title: text += Self.bounded(template.title)
      case .name: text += Self.bounded(report.name)
      case .date: text += created.year + created.month + created.day
      case .time: text += created.hour + created.minute + created.second
      case .option(let name):
        let parameter = template.parameters.first { $0.name.isExactly(name) }
        let value = parameter?.value(in: report.templateOptions)
        text += value.map(Self.text) ?? ""
      }
    }
    return text
  }

  private static func text(_ value: OptionValue) -> String {
    switch value {
    case .null, .object: ""
    case .bool(let bool): bool ? "true" : "false"
    case .number: value.shown
    case .string(let text): bounded(text)
    // Of so many none fits that is left out.
    case .list(let items): items.prefix(valueBytesMax).map(text).joined(separator: "-")
    }
  }

  private static func bounded(_ text: String) -> String {
    guard text.utf8.count > valueBytesMax else { return text }
    var bytes = 0
    var start = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      bytes += scalar.utf8.count
      guard bytes <= valueBytesMax else { break }
      start.append(scalar)
    }
    return String(start)
  }
}

extension Report {
  /// What a person saves its files as, without an extension: as the template's `file_name` says,
  /// else the template's name and the day of the create in UTC, such as `monthly-cost_20261125`. Any
  /// text: `FileName` makes a file's name of it.
  ///
  /// - Parameter template: nil if it has gone: then the report's own name serves.
  package func fileName(_ template: Template?) -> String {
    guard let template else {
      let day = CalendarParts(createdAt)
      return "\(name)_\(day.year)\(day.month)\(day.day)"
    }
    return template.filePattern.text(of: self, template)
  }
}

extension Template {
  /// What its file says of names; the standard where it says nothing, or nothing that is a pattern,
  /// which no template does that passed its check.
  fileprivate var filePattern: FileNamePattern {
    let names = parameters.map(\.name)
    return fileName.flatMap { try? FileNamePattern($0, parameters: names) } ?? .standard
  }
}

extension Artifact {
  /// What stands behind the point of its file's name, such as `csv.gz`; its format for a file that
  /// is stored under none.
  package var fileExtension: String {
    // Files are stored as `csv.gz-1.csv.gz`.
    let file = path.split(separator: "/").last
    let stored = file?.split(separator: "-", maxSplits: 1).last?
      .split(separator: ".", maxSplits: 1).dropFirst().last.map(String.init)
    return stored ?? format.rawValue
  }
}
