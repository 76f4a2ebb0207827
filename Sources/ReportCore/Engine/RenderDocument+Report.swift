extension RenderDocument {
  /// What a file of a report is about.
  init(_ report: Report, _ template: Template, sections: [String]) {
    self.init(
      title: template.title, fileName: report.fileName(template), createdAt: report.createdAt,
      createdBy: report.createdBy,
      parameters: template.parameters.compactMap { parameter in
        let value = parameter.value(in: report.templateOptions)
        guard let text = value?.documentText else { return nil }
        let title = parameter.title.isEmpty ? parameter.name : parameter.title
        return Parameter(title: title, value: text)
      },
      sections: sections, language: template.language ?? Self.defaultLanguage,
      logo: template.logo?.bytes ?? [], bytesMax: template.limits.bytesMax)
  }
}

extension OptionValue {
  /// The value as people read it; nil: there is none.
  fileprivate var documentText: String? {
    switch self {
    case .null, .object: nil
    case .string(let text): text
    case .bool, .number: shown
    case .list(let values): values.compactMap(\.documentText).joined(separator: ", ")
    }
  }
}
