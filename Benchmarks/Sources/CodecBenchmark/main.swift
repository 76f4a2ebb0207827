// codec-benchmark generate DIRECTORY
//   Writes the workloads as DIRECTORY/a.bin to d.bin.
// codec-benchmark CODEC OPERATION WORKLOAD ITERATIONS
//   Works ITERATIONS times; prints nanoseconds of CPU per iteration.
//   CODEC: reportwire, swift-protobuf, protobuf-c; OPERATION: decode, encode, encode-reused, encode-ordered.

import Foundation
import ProtobufCPeer

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data("codec-benchmark: \(message)\n".utf8))
  exit(2)
}

func protobufC(_ operation: String, _ workload: Workload, _ bytes: [UInt8], _ count: Int) -> Int {
  let letter = CChar(bitPattern: workload.rawValue.utf8.first!)
  let work = operation == "decode" ? protobuf_c_decode : protobuf_c_encode
  return Int(work(letter, bytes, bytes.count, count))
}

func run(_ codec: String, _ operation: String, _ workload: Workload, _ count: Int) throws -> Int {
  let bytes = try workload.bytes()
  switch (codec, operation) {
  case ("reportwire", "decode"): return try Reportwire.decode(workload, bytes, count)
  case ("reportwire", "encode"): return try Reportwire.encode(workload, bytes, count)
  case ("reportwire", "encode-reused"): return try Reportwire.encodeReused(workload, bytes, count)
  case ("swift-protobuf", "decode"): return try SwiftProtobufCodec.decode(workload, bytes, count)
  case ("swift-protobuf", "encode"):
    return try SwiftProtobufCodec.encode(workload, bytes, count, isOrdered: false)
  case ("swift-protobuf", "encode-ordered"):
    return try SwiftProtobufCodec.encode(workload, bytes, count, isOrdered: true)
  case ("protobuf-c", "decode"), ("protobuf-c", "encode"):
    return protobufC(operation, workload, bytes, count)
  default: fail("\(codec) \(operation) does not exist")
  }
}

func processorTime() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

let arguments = CommandLine.arguments.dropFirst()
if arguments.count == 2, arguments.first == "generate" {
  for workload in Workload.allCases {
    let file = URL(filePath: arguments.last!).appending(path: "\(workload.rawValue).bin")
    try Data(workload.bytes()).write(to: file)
  }
} else if arguments.count == 4, let workload = Workload(rawValue: arguments[3]),
  let count = Int(arguments[4]), count > 0
{
  let start = processorTime()
  guard try run(arguments[1], arguments[2], workload, count) > 0 else { fail("nothing was done") }
  print((processorTime() - start) / UInt64(count))
} else {
  fail("generate DIRECTORY | CODEC OPERATION WORKLOAD ITERATIONS")
}
