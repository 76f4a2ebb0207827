internal import ProtobufWire
internal import ReportAPI
internal import ReportCore
internal import Texts

extension TemplatePreview {
  /// The published form of a preview.
  init(_ preview: PreviewTemplate.Preview) {
    self.init()
    templateID = preview.template.templateID
    columns = preview.columns.map { column in
      PreviewColumn(
        name: column.name, title: column.title, type: column.type?.rawValue ?? "",
        kinds: CellKind.allCases.filter(column.kinds.contains).map(\.rawValue))
    }
    rows = preview.rows.map { ListValue($0.map(Value.init)) }
    cutBy = preview.cutBy?.rawValue ?? ""
    plan = preview.plan.map { step in
      ReportAPI.PlanStep(
        depth: Int32(clamping: step.depth), detail: step.detail, warning: step.warning ?? "")
    }
  }
}

extension Value {
  /// A cell as JSON can say it without loss.
  fileprivate init(_ cell: Cell) {
    switch cell {
    case .null: self = .null
    case .integer(let integer):
      // From 2^53 on a double cannot tell a whole number from its neighbour.
      self =
        integer.magnitude <= 9_007_199_254_740_992
        ? .number(Double(integer)) : .string(String(integer))
    case .double(let double):
      self = double.isFinite ? .number(double) : .string("\(double)")
    case .text(let text): self = .string(text)
    case .blob(let bytes):
      var text: [UInt8] = []
      text.appendBase64(bytes)
      self = .string(String(decoding: text, as: UTF8.self))
    case .decimal(let decimal): self = .string(decimal.text)
    case .boolean(let boolean): self = .bool(boolean)
    case .date(let date): self = .string(String(ISO8601.text(date.midnight).prefix(10)))
    case .instant(let instant): self = .string(ISO8601.text(instant))
    }
  }
}
