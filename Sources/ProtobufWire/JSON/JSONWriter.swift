/// Writes proto3 JSON (Protocol Buffers, "ProtoJSON Format"): a sink for the fields of messages, and the scalars they are made of.
public struct JSONWriter {
  /// How it is written.
  public let options: JSONEncodingOptions
  var bytes: [UInt8] = []
  var descriptor = Empty.descriptor
  private var isFirst = true
  private var depth = 0
  private var packedLeft: Int

  init(options: JSONEncodingOptions) {
    self.options = options
    packedLeft = options.packedBytesMax
  }

  /// Takes bytes of a google.protobuf.Any off what may be unpacked.
  mutating func spendPacked(_ count: Int) throws(WireError) {
    packedLeft -= count
    if packedLeft < 0 {
      throw WireError(
        .tooLarge, at: bytes.count,
        "the messages in google.protobuf.Any have more than \(options.packedBytesMax) bytes together"
      )
    }
  }

  // MARK: Structure

  mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  private mutating func breakLine() {
    guard options.isPretty else { return }
    bytes.append(UInt8(ascii: "\n"))
    for _ in 0..<depth { append("  ") }
  }

  /// Opens an object or array. Whatever nests goes through here, a message packed in a
  /// google.protobuf.Any too, so this bounds how deep the writing of it calls itself.
  mutating func open(_ bracket: Unicode.Scalar) throws(WireError) {
    guard depth < options.depthMax else {
      throw WireError(
        .tooDeep, at: bytes.count,
        "objects and arrays are nested more than \(options.depthMax) deep")
    }
    bytes.append(UInt8(ascii: bracket))
    depth += 1
    isFirst = true
  }

  /// Closes it.
  mutating func close(_ bracket: Unicode.Scalar) {
    depth -= 1
    if !isFirst { breakLine() }
    bytes.append(UInt8(ascii: bracket))
    isFirst = false
  }

  /// Goes on to the next element.
  mutating func next() {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
    breakLine()
  }

  /// Goes on to a member.
  mutating func key(_ name: String) {
    next()
    string(name)
    bytes.append(UInt8(ascii: ":"))
    if options.isPretty { bytes.append(UInt8(ascii: " ")) }
  }

  mutating func key(_ number: Int) {
    guard let field = descriptor.field(number: number) else {
      preconditionFailure("\(descriptor.fullName) hands out field \(number), which it lacks")
    }
    key(options.fieldNames == .json ? field.jsonName : field.name)
  }

  /// Writes the fields of a message as members.
  mutating func fields<M: Message>(of message: M) throws(WireError) {
    let outer = descriptor
    descriptor = M.descriptor
    try message.traverse(&self)
    descriptor = outer
  }
}
