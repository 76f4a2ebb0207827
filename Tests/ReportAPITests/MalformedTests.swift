import Foundation
import ProtobufWire
import ReportAPI
import Testing

/// Bytes that are no message: whatever they are, the answer is a message or an error.
@Suite("Malformed messages", .serialized)
struct MalformedTests {
  @Test("Every golden message cut short anywhere is read or refused", arguments: GoldenCase.all)
  func truncation(golden: GoldenCase) throws {
    let type = try #require(golden.type)
    let bytes = try golden.canonical()
    var refused = 0
    var faults = 0
    for count in 0..<bytes.count {
      do throws(WireError) {
        let message = try type.init(protobuf: bytes[..<count])
        // What was read is a message: it can be written.
        _ = try? message.protobuf()
      } catch {
        refused += 1
        if error.byteOffset > count { faults += 1 }
      }
    }
    #expect(faults == 0)
    // A cut behind a field of the outermost message leaves a message, no other does.
    #expect(refused > 0 && refused < bytes.count)
  }

  @Test(
    "Every golden message with a bit changed anywhere is read or refused, within a bound",
    arguments: GoldenCase.all)
  func bitFlips(golden: GoldenCase) throws {
    let type = try #require(golden.type)
    let bytes = try golden.canonical()
    let peakBefore = try MemoryPeak.kibibytes()
    var outcomes: Set<Bool> = []
    var faults = 0
    for flip in Flip.selection(of: bytes.count) {
      var changed = bytes
      changed[flip.index] ^= 1 << flip.bit
      do throws(WireError) {
        let message = try type.init(protobuf: changed)
        if let written = try? message.protobuf(), written.count > changed.count * 2 { faults += 1 }
        outcomes.insert(true)
      } catch {
        if error.byteOffset > changed.count { faults += 1 }
        outcomes.insert(false)
      }
    }
    #expect(faults == 0)
    #expect(outcomes == [true, false])
    #expect(try MemoryPeak.kibibytes() - peakBefore < 64 << 10)
  }

  @Test("Every golden JSON cut short is refused", arguments: GoldenCase.all)
  func jsonTruncation(golden: GoldenCase) throws {
    let type = try #require(golden.type)
    let text = try golden.json()
    let end = try #require(text.lastIndex(of: UInt8(ascii: "}")))
    // Every place in short texts, about a thousand in long ones.
    let cuts = stride(from: 0, through: end, by: 1 + end / 1000)
    let accepted = cuts.filter { (try? type.init(json: Array(text[..<$0]))) != nil }
    #expect(accepted.isEmpty)
  }

  @Test(
    "A frame full of empty elements takes a bounded multiple of its size",
    arguments: MessageTable.messages.flatMap { type in
      type.descriptor.fields.filter { $0.isRepeated && $0.messageType != nil }
        .map { HostileList(type: type, number: $0.number) }
    })
  func emptyElements(list: HostileList) throws {
    let elements = 100_000
    let bytes = [UInt8](
      [[UInt8(list.number << 3 | 2), 0]].joined().cycled(times: elements))
    let peakBefore = try MemoryPeak.kibibytes()
    let message = try list.type.init(protobuf: bytes)
    #expect(try message.protobuf() == bytes)
    // The largest element has 104 bytes inline; arrays and output may double.
    #expect(try MemoryPeak.kibibytes() - peakBefore < 48 << 10)
  }
}

/// A bit to be changed.
struct Flip {
  let index: Int
  let bit: UInt8

  /// Every bit of short messages, 2000 bits spread over long ones.
  static func selection(of count: Int) -> [Flip] {
    let bits = count * 8
    let chosen = bits <= 2000 ? Array(0..<bits) : (0..<2000).map { $0 * bits / 2000 }
    return chosen.map { Flip(index: $0 / 8, bit: UInt8(($0 + $0 / 8) % 8)) }
  }
}

/// A repeated message field, to be filled with empty elements.
struct HostileList: Sendable, CustomTestStringConvertible {
  let type: any Message.Type
  let number: Int

  var testDescription: String { "\(type.descriptor.fullName) field \(number)" }
}

extension Collection {
  /// The elements over and over.
  fileprivate func cycled(times: Int) -> [Element] {
    var result: [Element] = []
    result.reserveCapacity(count * times)
    for _ in 0..<times { result.append(contentsOf: self) }
    return result
  }
}
