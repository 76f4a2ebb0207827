// Answers a report's address over HTTP/1.1 with the same bytes each time: what Hummingbird costs
// without anything behind it. Prints the port that it listens on.
//
//   hummingbird-peer BYTES CONTENT-TYPE THREADS

import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOPosix

let arguments = CommandLine.arguments
guard arguments.count == 4, let count = Int(arguments[1]), let threads = Int(arguments[3]) else {
  FileHandle.standardError.write(
    Data("usage: hummingbird-peer BYTES CONTENT-TYPE THREADS\n".utf8))
  exit(2)
}
let contentType = arguments[2]
let answer = ByteBuffer(repeating: UInt8(ascii: "x"), count: count)

let router = Router()
router.get("/report/v1/report/{report_id}") { _, _ in
  Response(
    status: .ok, headers: [.contentType: contentType], body: ResponseBody(byteBuffer: answer))
}
var logger = Logger(label: "hummingbird-peer")
logger.logLevel = .error
let application = Application(
  router: router,
  configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
  onServerRunning: { channel in
    print(channel.localAddress?.port ?? 0)
    fflush(nil)
  },
  eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup(numberOfThreads: threads)),
  logger: logger)
try await application.runService()
