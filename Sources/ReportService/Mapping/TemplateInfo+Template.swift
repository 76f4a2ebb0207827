internal import ProtobufWire
internal import ReportAPI
internal import ReportCore

extension TemplateInfo {
  /// The published form of a template: its `options` are what a caller needs to know to run it.
  init(_ template: Template) {
    self.init()
    templateID = template.templateID
    name = template.name
    state = template.isEnabled ? .enable : .disable
    options = Struct([
      "title": .string(template.title),
      "tenant": .string(template.isShared ? "shared" : "domain"),
      "formats": .list(template.formats.map { .string($0.rawValue) }),
      "parameters": .list(template.parameters.map { .object($0.description) }),
      "columns": .list(template.columns.map { .object($0.description) }),
      "limits": .object([
        "rows": .number(Double(template.limits.rowsMax)),
        "seconds": .number(Double(template.limits.secondsMax)),
        "bytes": .number(Double(template.limits.bytesMax)),
      ]),
    ])
    if let fault = template.fault {
      options?["available"] = .bool(false)
      options?["unavailable_reason"] = .string(fault.reason)
    }
  }
}

extension TemplateParameter {
  /// The parameter in the words of the template's YAML.
  fileprivate var description: OptionObject {
    var object: OptionObject = [
      "name": .string(name), "type": .string(kind.rawValue), "required": .bool(isRequired),
    ]
    if !title.isEmpty { object["title"] = .string(title) }
    object["default"] = defaultValue
    if !allowed.isEmpty { object["enum"] = .list(allowed) }
    object["minimum"] = minimum
    object["maximum"] = maximum
    object["max_length"] = maxLength.map { .number(Double($0)) }
    object["pattern"] = pattern.map { .string($0) }
    object["stored_as"] = momentForm.map { .string($0.rawValue) }
    return object
  }
}

extension TemplateColumn {
  /// The column in the words of the template's YAML.
  fileprivate var description: OptionObject {
    var object: OptionObject = ["name": .string(name)]
    object["title"] = title.map { .string($0) }
    object["format"] = format.map { .string($0) }
    if isRaw { object["raw"] = .bool(true) }
    return object
  }
}
