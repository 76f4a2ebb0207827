internal import RPCCore
internal import ReportCore
internal import Texts

extension ServerConfiguration {
  /// The configuration in force as a file that could be given back, with secrets masked and the
  /// origin of each value behind it.
  package var yaml: String {
    var lines = ["# The configuration in force" + (file.map { "; file: \($0.shown)" } ?? "")]
    var groups: [Substring] = []
    for item in printed {
      let parts = item.setting.path.split(separator: ".")
      let (itsGroups, key) = (Array(parts.dropLast()), parts.last ?? "")
      let shared = zip(groups, itsGroups).prefix { $0 == $1 }.count
      for depth in shared..<itsGroups.count {
        lines.append("\(String(repeating: "  ", count: depth))\(itsGroups[depth]):")
      }
      groups = itsGroups
      let indent = String(repeating: "  ", count: itsGroups.count)
      if item.setting == .domainsDefault {
        lines += domainLines(item)
      } else if let text = item.text {
        lines.append("\(indent)\(key): \(Self.scalar(text))  # \(item.origin.label)")
      } else {
        lines.append("\(indent)# \(key): not set")
      }
    }
    lines.append(sources.isEmpty ? "sources: {}" : "sources:")
    for source in sources {
      lines.append(
        "  \(Self.scalar(source.name)): {\(source.kind.rawValue): \(Self.scalar(source.path))"
          + (source.invalidText == .fail ? "" : ", invalid_text: \(source.invalidText.rawValue)")
          + "}  # \(source.origin.label)")
    }
    if !clients.isEmpty { lines.append("clients:") }
    for client in clients {
      let domain = client.domainID.map { "domain: \(Self.scalar($0)), " } ?? ""
      lines.append("  \(Self.scalar(client.name)): {\(domain)role: \(client.role.name)}  # file")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The setting for all domains, and what the file says of single ones.
  private func domainLines(_ setting: PrintedSetting) -> [String] {
    let key = "default"
    // A domain of that name has taken the key.
    let isTaken = domainRetentionDays[key.exact] != nil
    let line = "\(key): \(setting.text ?? "")  # \(setting.origin.label)"
    return domainRetentionDays.sorted { $0.key < $1.key }.map { domainID, days in
      "  \(Self.scalar(domainID.text)): {retention_days: \(days)}  # file"
    } + [isTaken ? "  # \(line)" : "  \(line)"]
  }

  /// A scalar that YAML reads back as the same text.
  private static func scalar(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.utf8.allSatisfy { $0.isAlphanumeric || "/._:-".utf8.contains($0) }
      && !text.hasPrefix("-") && !text.hasPrefix(":") && !text.hasSuffix(":")
    if isPlain { return text }
    // YAML reads in quotation marks what JSON does.
    return JSONText.string(text).shownJSON
  }
}
