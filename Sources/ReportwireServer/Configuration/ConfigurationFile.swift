private import RPCCore
internal import ReportCore

/// `reportwire.yaml`, read but not yet understood.
struct ConfigurationFile {
  static let standardName = "reportwire.yaml"

  private static let domains = "domains"

  let path: String
  /// The scalar of each setting in the file.
  private(set) var values: [String: SettingText] = [:]
  private(set) var sources: [ServerConfiguration.Source] = []
  private(set) var domainRetentionDays: [ExactText: Int] = [:]
  private(set) var clients: [ServerConfiguration.Client] = []
  let log: ProblemLog

  /// Reads a file. What is wrong with it goes to the log.
  init(path: String) {
    self.path = path
    log = ProblemLog(file: path)
    do throws(Problems) {
      let text = try TextFile.read(path, bytesMax: YAMLNode.fileBytesMax)
      guard let root = try YAMLNode.parse(text, file: path) else { return }
      read(root)
    } catch {
      for problem in error.all { log.add(line: problem.line, problem.reason) }
    }
  }

  /// The folder that its relative paths start from.
  var folder: String { TextFile.folder(of: path) }

  private mutating func read(_ root: YAMLNode) {
    var object = YAMLObject(root, "the configuration", log: log)
    readSettings(&object, prefix: "")
    readGroups(&object, prefix: "")
    readSources(&object)
    readDomains(&object)
    readClients(&object)
    object.finish()
  }

  /// The groups of settings below a prefix, and those among them.
  private mutating func readGroups(_ object: inout YAMLObject, prefix: String) {
    var groups: [String] = []
    for setting in Setting.all where setting.path.hasPrefix(prefix) {
      let key = setting.path.dropFirst(prefix.count)
      guard let dot = key.firstIndex(of: ".") else { continue }
      let group = String(key[..<dot])
      // Its other keys are domains.
      if prefix + group != Self.domains, !groups.contains(group) { groups.append(group) }
    }
    for group in groups {
      guard let node = object.node(group) else { continue }
      // As `--print-config` writes a group of which nothing is set.
      if case .scalar(_, .null) = node.content { continue }
      let path = prefix + group
      var inner = YAMLObject(node, "'\(path)'", log: log)
      readSettings(&inner, prefix: path + ".")
      readGroups(&inner, prefix: path + ".")
      inner.finish()
    }
  }

  private mutating func readSettings(_ object: inout YAMLObject, prefix: String) {
    for setting in Setting.all where setting.path.hasPrefix(prefix) {
      let key = String(setting.path.dropFirst(prefix.count))
      guard !key.contains("."), let node = object.node(key) else { continue }
      switch node.content {
      case .scalar(_, .null):
        // `key:` with nothing behind it means the default, as people expect of a template file.
        continue
      case .scalar(let text, _):
        values[setting.path] = SettingText(text: text, origin: .file(path, line: node.line))
      case .sequence, .mapping:
        log.add(line: node.line, "'\(setting.path)' must be one value, but is \(node.kindName)")
      }
    }
  }

  private mutating func readDomains(_ object: inout YAMLObject) {
    guard let node = object.node(Self.domains) else { return }
    if case .scalar(_, .null) = node.content { return }
    guard case .mapping(let entries) = node.content else {
      log.add(
        line: node.line,
        "'domains' must be a mapping such as {domain-1: {retention_days: 30}}, but is "
          + node.kindName)
      return
    }
    for entry in entries {
      let setting = "\(Self.domains).\(entry.key)"
      if case .scalar(let text, let kind) = entry.value.content,
        setting.isExactly(Setting.domainsDefault.path)
      {
        if kind == .null { continue }
        values[setting] = SettingText(text: text, origin: .file(path, line: entry.value.line))
        continue
      }
      var reader = YAMLObject(entry.value, "domain '\(entry.key)'", log: log)
      if let days = reader.integer("retention_days", in: 1...36_500) {
        domainRetentionDays[entry.key.exact] = Int(days)
      }
      reader.finish()
    }
  }

  private mutating func readClients(_ object: inout YAMLObject) {
    guard let node = object.node("clients") else { return }
    if case .scalar(_, .null) = node.content { return }
    guard case .mapping(let entries) = node.content else {
      log.add(
        line: node.line,
        "'clients' must be a mapping such as {billing.example.com: {domain: domain-1, role: run}}, "
          + "but is \(node.kindName)")
      return
    }
    for entry in entries {
      var reader = YAMLObject(entry.value, "client '\(entry.key)'", log: log)
      let domainID = reader.string("domain")
      let role = reader.choice("role", of: Permission.allCases.map(\.name))
      reader.finish()
      let permission = role.flatMap { Permission(name: $0) } ?? .run
      if (domainID ?? "").isEmpty, permission < .admin {
        log.add(
          line: entry.line,
          "client '\(entry.key)' reaches every domain only as an admin; write {domain: DOMAIN_ID}")
      }
      clients.append(
        ServerConfiguration.Client(name: entry.key, domainID: domainID, role: permission))
    }
  }

  private mutating func readSources(_ object: inout YAMLObject) {
    guard let node = object.node("sources") else { return }
    if case .scalar(_, .null) = node.content { return }
    guard case .mapping(let entries) = node.content else {
      log.add(
        line: node.line,
        "'sources' must be a mapping such as {sales: {sqlite: ./sales.db}}, but is "
          + node.kindName)
      return
    }
    for entry in entries {
      var reader = YAMLObject(entry.value, "source '\(entry.key)'", log: log)
      let path = reader.string(ServerConfiguration.Source.Kind.sqlite.rawValue)
      let invalidText = reader.choice("invalid_text", of: InvalidText.allCases.map(\.rawValue))
      reader.finish()
      guard let path, !path.isEmpty else {
        if !reader.has(ServerConfiguration.Source.Kind.sqlite.rawValue) || path != nil {
          log.add(
            line: entry.line,
            "source '\(entry.key)' names no database; write {sqlite: PATH}")
        }
        continue
      }
      sources.append(
        ServerConfiguration.Source(
          name: entry.key, kind: .sqlite, path: TextFile.absolute(path, in: folder),
          invalidText: invalidText.flatMap(InvalidText.init) ?? .fail,
          origin: .file(self.path, line: entry.line)))
    }
  }
}
