import Foundation
import ProtobufWire

/// What protobuf's own conformance suite talks to (conformance/README.md of its source): the runner
/// writes a request, four bytes of length (low byte first) and a ConformanceRequest, and reads an
/// answer of the same form, until it closes the pipe.
typealias Result = ConformanceResponse.Result

let types = TypeRegistry.wellKnown.merging(TypeRegistry([TestAllTypesProto3.self]))

/// Reads the payload and writes it in the form asked for.
func answer(_ request: ConformanceRequest) -> Result {
  // proto2, the text format and Google's JSPB are not what this codec speaks.
  guard request.messageType == TestAllTypesProto3.descriptor.fullName else {
    return .skipped("\(request.messageType) is no proto3 message")
  }
  let message: TestAllTypesProto3
  do {
    switch request.payload {
    case .protobufPayload(let bytes): message = try TestAllTypesProto3(protobuf: bytes)
    case .jsonPayload(let text):
      let ignores = request.testCategory == .jsonIgnoreUnknownParsingTest
      message = try TestAllTypesProto3(
        json: text, options: JSONDecodingOptions(ignoresUnknownFields: ignores, types: types))
    default: return .skipped("neither binary nor JSON")
    }
  } catch {
    return .parseError("\(error)")
  }
  do {
    switch request.requestedOutputFormat {
    case .protobuf: return .protobufPayload(try message.protobuf())
    case .json: return .jsonPayload(try message.json(options: JSONEncodingOptions(types: types)))
    default: return .skipped("neither binary nor JSON is asked for")
    }
  } catch {
    return .serializeError("\(error)")
  }
}

/// Reads so many bytes; nil at the end of the input.
func read(_ count: Int) throws -> [UInt8]? {
  var bytes: [UInt8] = []
  while bytes.count < count {
    guard let more = try FileHandle.standardInput.read(upToCount: count - bytes.count),
      !more.isEmpty
    else { return nil }
    bytes.append(contentsOf: more)
  }
  return bytes
}

while let header = try read(4) {
  let length = header.reversed().reduce(0) { $0 << 8 | Int($1) }
  guard let bytes = try read(length) else { break }
  var response = ConformanceResponse()
  do {
    response.result = answer(try ConformanceRequest(protobuf: bytes))
  } catch {
    response.result = .runtimeError("\(error)")
  }
  let payload = try response.protobuf()
  let size = UInt32(payload.count)
  let prefix = [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: size >> $0) }
  try FileHandle.standardOutput.write(contentsOf: Data(prefix + payload))
}
