internal import ProtobufWire
internal import RPCCore
private import Texts

/// How gRPC writes what is no message: statuses ("gRPC over HTTP2", the protocol's document).
enum GRPCWire {
  /// The fields that end a call which failed.
  static func status(_ error: RPCError) -> [(String, [UInt8])] {
    [
      ("grpc-status", Array("\(error.code.rawValue)".utf8)),
      ("grpc-message", percentEncoded(error.wireMessage)),
      ("grpc-status-details-bin", Array(Base64.textForURL(details(error)).standardAlphabet)),
    ]
  }

  /// Bytes other than the printable ones of ASCII, and the percent sign, as `%XX`.
  private static func percentEncoded(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for byte in text.utf8.prefix(messageBytesMax) {
      if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "%") {
        bytes.append(byte)
      } else {
        bytes.append(UInt8(ascii: "%"))
        bytes.appendHex(byte, isUpperCase: true)
      }
    }
    return bytes
  }

  /// Clients refuse headers that are much longer.
  private static let messageBytesMax = 2000

  /// google.rpc.Status with a google.rpc.ErrorInfo that has the reason.
  private static func details(_ error: RPCError) -> [UInt8] {
    var writer = BinaryWriter()
    writer.tag(1, .varint)
    writer.varint(UInt64(error.code.rawValue))
    writer.field(2, String(decoding: error.wireMessage.utf8.prefix(messageBytesMax), as: UTF8.self))
    if !error.reason.isEmpty {
      var info = BinaryWriter()
      info.field(1, error.reason)
      info.field(2, "reportwire")
      var any = BinaryWriter()
      any.field(1, "type.googleapis.com/google.rpc.ErrorInfo")
      any.field(2, info.take())
      writer.field(3, any.take())
    }
    return writer.take()
  }
}

extension BinaryWriter {
  /// A field of a message that has no type of its own here.
  mutating func field(_ number: Int, _ bytes: UnsafeRawBufferPointer) {
    tag(number, .lengthDelimited)
    lengthDelimited(bytes)
  }

  /// The same for bytes of one's own.
  mutating func field(_ number: Int, _ bytes: [UInt8]) {
    bytes.withUnsafeBytes { field(number, $0) }
  }

  /// The same for text.
  mutating func field(_ number: Int, _ text: String) {
    field(number, Array(text.utf8))
  }
}

extension String {
  /// Base64 for URLs as base64 in its first alphabet: gRPC wants that, and no padding.
  fileprivate var standardAlphabet: [UInt8] {
    utf8.map { byte in
      switch byte {
      case UInt8(ascii: "-"): UInt8(ascii: "+")
      case UInt8(ascii: "_"): UInt8(ascii: "/")
      default: byte
      }
    }
  }
}
