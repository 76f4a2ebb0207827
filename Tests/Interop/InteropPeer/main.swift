import Foundation
import ProtobufWire
import ReportAPI

/// Translates messages for a test in another language, until its input ends.
///
/// A request is a length (four bytes, big-endian), then an operation (one letter), the length of
/// the message's full name (one byte), the name, and the payload. An answer is a length, then `+`
/// and the result, or `-` and the error's text.
///
/// - `b`: binary to binary
/// - `j`: binary to JSON with JSON's names
/// - `n`: binary to JSON with the names of the proto file
/// - `J`: JSON to binary
func answer(_ request: Data) throws -> [UInt8] {
  let bytes = [UInt8](request)
  guard bytes.count >= 2, bytes.count >= 2 + Int(bytes[1]) else { throw PeerError.malformedRequest }
  let name = String(decoding: bytes[2..<(2 + Int(bytes[1]))], as: UTF8.self)
  guard let type = MessageTable.message(named: name) else { throw PeerError.unknownMessage(name) }
  let payload = bytes[(2 + Int(bytes[1]))...]
  switch bytes[0] {
  case UInt8(ascii: "b"):
    return try type.init(protobuf: payload).protobuf()
  case UInt8(ascii: "j"):
    return try type.init(protobuf: payload).jsonBytes()
  case UInt8(ascii: "n"):
    let options = JSONEncodingOptions(fieldNames: .original)
    return try type.init(protobuf: payload).jsonBytes(options: options)
  case UInt8(ascii: "J"):
    return try type.init(json: Array(payload)).protobuf()
  default:
    throw PeerError.malformedRequest
  }
}

/// What is wrong with a request, beside its payload.
enum PeerError: Error {
  case malformedRequest
  case unknownMessage(String)
}

/// Reads so many bytes; nil at the end of the input.
func read(_ count: Int) throws -> Data? {
  var data = Data()
  while data.count < count {
    guard let more = try FileHandle.standardInput.read(upToCount: count - data.count),
      !more.isEmpty
    else { return nil }
    data.append(more)
  }
  return data
}

while let header = try read(4) {
  let length = header.reduce(0) { $0 << 8 | Int($1) }
  guard let request = try read(length) else { break }
  var reply: [UInt8]
  do {
    reply = [UInt8(ascii: "+")] + (try answer(request))
  } catch {
    reply = [UInt8(ascii: "-")] + Array("\(error)".utf8)
  }
  let size = UInt32(reply.count)
  let prefix = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) }
  try FileHandle.standardOutput.write(contentsOf: Data(prefix + reply))
}
