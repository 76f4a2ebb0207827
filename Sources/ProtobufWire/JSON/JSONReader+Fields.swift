extension JSONReader {
  /// Reads the members of an object into the fields of a message.
  /// Null is a field's absence; a field twice, or two of a oneof, are errors, as in the reference
  /// implementations.
  mutating func fields<M: Message>(
    into message: inout M, passingOver passedOver: String = ""
  ) throws(WireError) {
    let descriptor = M.descriptor
    var seen: Set<Int> = []
    var oneofs: Set<Int> = []
    try object { (reader, key) throws(WireError) in
      if !passedOver.isEmpty, key.isByteEqual(to: passedOver) { return try reader.skipValue() }
      guard let field = descriptor.field(named: key) else {
        guard reader.options.ignoresUnknownFields else {
          throw WireError(
            .unknownField, at: reader.index, "\(descriptor.fullName) has no field \"\(key)\"")
        }
        return try reader.skipValue()
      }
      guard seen.insert(field.number).inserted else {
        throw reader.malformed("the field \(field.name) stands twice")
      }
      if reader.peek() == UInt8(ascii: "n"), !field.takesNull { return try reader.null() }
      if let oneof = field.oneof, !oneofs.insert(oneof).inserted {
        throw reader.malformed(
          "two fields of the oneof \(descriptor.oneofs[oneof].name) are set, \(field.name) is one")
      }
      do throws(WireError) {
        try message.decodeField(field.number, from: &reader)
      } catch {
        throw error.inside(field.name)
      }
    }
  }
}

extension FieldDescriptor {
  /// Whether JSON null is a value of the field rather than its absence.
  fileprivate var takesNull: Bool {
    guard !isRepeated else { return false }
    return switch kind {
    case .message(let type): type.jsonForm == .ownOrNull
    case .enum(let descriptor): descriptor.isNull
    default: false
    }
  }
}
