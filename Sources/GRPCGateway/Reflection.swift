internal import ProtobufWire
internal import RPCCore
private import Texts

/// gRPC's server reflection, versions v1 and v1alpha, whose messages are alike: from the descriptors of the
/// proto files, each answered by itself, without what it imports. Its method's calls go both ways: each
/// message is answered at once and with one message.
struct Reflection: Sendable {
  /// The paths of its method.
  static let paths: [[UInt8]] = ["v1", "v1alpha"].map {
    Array("/grpc.reflection.\($0).ServerReflection/ServerReflectionInfo".utf8)
  }
  static let services = ["v1", "v1alpha"].map { "grpc.reflection.\($0).ServerReflection" }

  private struct File {
    let bytes: [UInt8]
  }

  /// An extension, by the type that it extends.
  private struct Extension {
    let type: String
    let number: Int
    let file: Int
  }

  private let services: [String]
  private var files: [File] = []
  private var fileByName: [UTF8Key: Int] = [:]
  private var fileBySymbol: [UTF8Key: Int] = [:]
  private var extensions: [Extension] = []

  /// - Parameter services: the names of those that are served.
  init(services: [String]) {
    self.services = services
    for (name, base64) in ProtoDescriptors.files {
      let bytes = Base64.bytes(base64) ?? []
      let index = files.count
      files.append(File(bytes: bytes))
      fileByName[UTF8Key(name)] = index
      // They were written by protoc: a file that cannot be read has no symbols, which a test would see.
      try? bytes.span.withUnsafeBytes { (bytes) throws(WireError) in try note(bytes, index) }
    }
  }

  func answer(_ message: UnsafeRawBufferPointer) throws(RPCError) -> [UInt8] {
    do throws(WireError) {
      return try reply(message)
    } catch {
      throw .malformedRequest(error)
    }
  }

  private func reply(_ message: UnsafeRawBufferPointer) throws(WireError) -> [UInt8] {
    var cursor = FieldCursor(message)
    var host: UnsafeRawBufferPointer?
    var answer: (field: Int, bytes: [UInt8])?
    while !cursor.isAtEnd {
      let number = try cursor.number()
      guard (1...7).contains(number), number != 2, cursor.wireType == .lengthDelimited else {
        try cursor.skip(number)
        continue
      }
      let value = try cursor.bytes()
      switch number {
      case 1: host = value
      case 3: answer = file(fileByName[Self.key(value)], "file", value)
      case 4: answer = file(fileBySymbol[Self.key(value)], "symbol", value)
      case 5: answer = try fileOfExtension(value)
      case 6: answer = numbers(value)
      default: answer = list()
      }
    }
    var writer = BinaryWriter()
    if let host { writer.field(1, host) }
    writer.field(2, message)
    let (field, bytes) =
      answer ?? Self.failure(.invalidArgument, "the question asks for nothing that is known")
    writer.field(field, bytes)
    return writer.take()
  }

  // MARK: Answers

  private func file(
    _ index: Int?, _ what: String, _ name: UnsafeRawBufferPointer
  ) -> (field: Int, bytes: [UInt8]) {
    guard let index else {
      let name = String(decoding: name.prefix(255), as: UTF8.self)
      return Self.failure(.notFound, "there is no \(what) \(name)")
    }
    var writer = BinaryWriter()
    writer.field(1, files[index].bytes)
    return (4, writer.take())
  }

  private func fileOfExtension(
    _ question: UnsafeRawBufferPointer
  ) throws(WireError) -> (field: Int, bytes: [UInt8]) {
    var cursor = FieldCursor(question)
    var type = UnsafeRawBufferPointer(start: nil, count: 0)
    var number: UInt64 = 0
    while !cursor.isAtEnd {
      switch (try cursor.number(), cursor.wireType) {
      case (1, .lengthDelimited): type = try cursor.bytes()
      case (2, .varint): number = try cursor.varint()
      case (let other, _): try cursor.skip(other)
      }
    }
    let found = extensions.first {
      UTF8Key($0.type) == Self.key(type) && UInt64($0.number) == number
    }
    return file(found?.file, "extension of", type)
  }

  private func numbers(_ type: UnsafeRawBufferPointer) -> (field: Int, bytes: [UInt8]) {
    guard fileBySymbol[Self.key(type)] != nil else { return file(nil, "type", type) }
    var writer = BinaryWriter()
    writer.field(1, type)
    var packed = BinaryWriter()
    for known in extensions where UTF8Key(known.type) == Self.key(type) {
      packed.varint(UInt64(known.number))
    }
    writer.field(2, packed.take())
    return (5, writer.take())
  }

  private func list() -> (field: Int, bytes: [UInt8]) {
    var writer = BinaryWriter()
    for name in services {
      var service = BinaryWriter()
      service.field(1, Array(name.utf8))
      writer.field(1, service.take())
    }
    return (6, writer.take())
  }

  private static func failure(
    _ code: StatusCode, _ message: String
  ) -> (field: Int, bytes: [UInt8]) {
    var writer = BinaryWriter()
    writer.tag(1, .varint)
    writer.varint(UInt64(code.rawValue))
    writer.field(2, Array(message.utf8))
    return (7, writer.take())
  }

  /// A name as it came; what is too long is none.
  private static func key(_ name: UnsafeRawBufferPointer) -> UTF8Key {
    UTF8Key(name.count <= 1024 ? String(decoding: name, as: UTF8.self) : "")
  }

  // MARK: Symbols

  /// Notes what a FileDescriptorProto declares.
  private mutating func note(_ file: UnsafeRawBufferPointer, _ index: Int) throws(WireError) {
    let package = try Self.texts(2, file).first ?? ""
    for (field, kind) in [(4, Kind.message), (5, .enumeration), (6, .service), (7, .extension)] {
      for part in try Self.parts(field, file) { try note(part, kind, in: package, index) }
    }
  }

  private enum Kind {
    case message, enumeration, service, `extension`
  }

  private mutating func note(
    _ bytes: UnsafeRawBufferPointer, _ kind: Kind, in scope: String, _ index: Int
  ) throws(WireError) {
    let name = try Self.texts(1, bytes).first ?? ""
    let full = scope.isEmpty ? name : "\(scope).\(name)"
    fileBySymbol[UTF8Key(full)] = index
    // Values of an enum stand beside it, not in it.
    let members: (field: Int, scope: String) =
      kind == .enumeration ? (2, scope) : (2, full)
    switch kind {
    case .message, .enumeration, .service:
      for part in try Self.parts(members.field, bytes) {
        let member = try Self.texts(1, part).first ?? ""
        fileBySymbol[UTF8Key("\(members.scope).\(member)")] = index
      }
    case .extension:
      let type = try Self.texts(2, bytes).first ?? ""
      let number = try Self.number(3, bytes)
      extensions.append(Extension(type: String(type.dropFirst()), number: number, file: index))
    }
    guard kind == .message else { return }
    for (field, kind) in [(3, Kind.message), (4, .enumeration), (6, .extension)] {
      for part in try Self.parts(field, bytes) { try note(part, kind, in: full, index) }
    }
  }

  private static func parts(
    _ wanted: Int, _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> [UnsafeRawBufferPointer] {
    var cursor = FieldCursor(bytes)
    var parts: [UnsafeRawBufferPointer] = []
    while !cursor.isAtEnd {
      let number = try cursor.number()
      if number == wanted, cursor.wireType == .lengthDelimited {
        parts.append(try cursor.bytes())
      } else {
        try cursor.skip(number)
      }
    }
    return parts
  }

  private static func texts(
    _ wanted: Int, _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> [String] {
    try parts(wanted, bytes).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func number(
    _ wanted: Int, _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> Int {
    var cursor = FieldCursor(bytes)
    while !cursor.isAtEnd {
      let number = try cursor.number()
      if number == wanted, cursor.wireType == .varint { return Int(clamping: try cursor.varint()) }
      try cursor.skip(number)
    }
    return 0
  }
}
