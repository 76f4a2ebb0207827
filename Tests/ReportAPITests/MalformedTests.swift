import ProtobufWire
import ReportAPI
import ReportwireTestKit
import Testing

/// Bytes that are no message: whatever they are, the answer is a message or an error.
@Suite("Malformed messages", .timeLimit(.minutes(5)))
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
    "Every golden message with a bit changed anywhere is read or refused",
    arguments: GoldenCase.all)
  func bitFlips(golden: GoldenCase) throws {
    let type = try #require(golden.type)
    let bytes = try golden.canonical()
    var outcomes: Set<Bool> = []
    var faults = 0
    for flip in Flip.selection(of: bytes.count, max: 2000) {
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

  /// In a process of its own, because the peak is that of the whole process.
  @Test("Damaged and hostile messages take a bounded amount of memory")
  func memoryBound() async {
    await #expect(processExitsWith: .success) {
      // Read before the first look: files and types cost memory too, and more with each message.
      var cases: [(bytes: [UInt8], type: any Message.Type)] = []
      for golden in GoldenCase.all {
        let type = try #require(golden.type)
        cases.append((try golden.canonical(), type))
        _ = try type.init(protobuf: cases[cases.count - 1].bytes)
      }
      var peak = try ProcessMemory.peakKibibytes()
      for (bytes, type) in cases {
        for flip in Flip.selection(of: bytes.count, max: 400) {
          var changed = bytes
          changed[flip.index] ^= 1 << flip.bit
          _ = try? type.init(protobuf: changed)
        }
      }
      #expect(try ProcessMemory.peakKibibytes() - peak < 8 << 10)
      // A list of empty elements: two bytes each, of which the largest makes 104 bytes in memory.
      for list in HostileList.all {
        let bytes = [UInt8](repeating: 0, count: 100_000).enumerated().map { index, zero in
          index.isMultiple(of: 2) ? UInt8(list.number << 3 | 2) : zero
        }
        peak = try ProcessMemory.peakKibibytes()
        let message = try list.type.init(protobuf: bytes)
        #expect(try ProcessMemory.peakKibibytes() - peak < 16 << 10, "\(list.type) \(list.number)")
        #expect(try message.protobuf() == bytes)
      }
    }
  }
}

/// A bit to be changed.
struct Flip {
  let index: Int
  let bit: UInt8

  /// Every bit of short messages, so many spread over long ones.
  static func selection(of count: Int, max: Int) -> [Flip] {
    let bits = count * 8
    let chosen = bits <= max ? Array(0..<bits) : (0..<max).map { $0 * bits / max }
    return chosen.map { Flip(index: $0 / 8, bit: UInt8(($0 + $0 / 8) % 8)) }
  }
}

/// A repeated message field, to be filled with empty elements.
struct HostileList {
  let type: any Message.Type
  let number: Int

  /// Every such field of the API.
  static let all: [HostileList] = MessageTable.messages.flatMap { type in
    type.descriptor.fields.filter { $0.isRepeated && $0.messageType != nil }
      .map { HostileList(type: type, number: $0.number) }
  }
}
