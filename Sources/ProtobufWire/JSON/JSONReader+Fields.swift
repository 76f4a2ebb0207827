extension JSONReader {
  /// Reads the members of an object into the fields of a message.
  /// Null is a field's absence; a field twice, or two of a oneof, are errors, as in the reference
  /// implementations.
  mutating func fields<M: Message>(
    into message: inout M, passingOver passedOver: String = ""
  ) throws(WireError) {
    let descriptor = M.descriptor
    var seen = SmallSet()
    var oneofs = SmallSet()
    var hasPassed = false
    try object { (reader, key) throws(WireError) in
      if !passedOver.isEmpty, key.isByteEqual(to: passedOver) {
        guard !hasPassed else { throw reader.malformed("\(passedOver) stands twice") }
        hasPassed = true
        return try reader.skipValue()
      }
      guard let index = descriptor.index(named: key) else {
        guard reader.options.ignoresUnknownFields else {
          throw WireError(
            .unknownField, at: reader.index, "\(descriptor.fullName) has no field \(key.quoted)")
        }
        return try reader.skipValue()
      }
      let field = descriptor.fields[index]
      guard seen.insert(index) else {
        throw reader.malformed("the field \(field.name) stands twice")
      }
      if reader.peek() == UInt8(ascii: "n"), !field.takesNull { return try reader.null() }
      if let oneof = field.oneof, !oneofs.insert(oneof) {
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

/// A set of numbers from zero on, of which those that a message's fields mostly have take no memory:
/// hostile input has as many objects as bytes.
private struct SmallSet {
  private var low: UInt64 = 0
  private var high: Set<Int> = []

  /// Returns: whether it was not in the set.
  mutating func insert(_ number: Int) -> Bool {
    guard number < 64 else { return high.insert(number).inserted }
    let bit: UInt64 = 1 << UInt64(number)
    defer { low |= bit }
    return low & bit == 0
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
