import ProtobufWire
import Testing

/// Whatever the bytes are: a message or an error, never a trap, and memory in proportion.
struct MalformedInputTests {
  /// All golden bytes but the few long ones, whose every prefix would take minutes.
  static func seeds() throws -> [Golden.Case] {
    (try Golden.canonical() + Golden.cases("accepted")).filter { $0.bytes.count <= 4096 }
  }

  @Test func everyPrefixOfEveryGoldenFileDecodesOrThrows() throws {
    for golden in try Self.seeds() {
      for count in 0..<golden.bytes.count { survive(Array(golden.bytes[..<count])) }
    }
  }

  @Test(arguments: 1...8)
  func byteFlipsOfEveryGoldenFileDecodeOrThrow(_ seed: UInt64) throws {
    var random = Random(state: seed)
    for golden in try Self.seeds() where !golden.bytes.isEmpty {
      for _ in 0..<60 {
        var bytes = golden.bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          let index = Int.random(in: 0..<bytes.count, using: &random)
          switch Int.random(in: 0..<3, using: &random) {
          case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
          case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
          default: bytes[index] = [0, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
          }
        }
        survive(bytes)
      }
    }
  }

  @Test func noiseDecodesOrThrows() {
    var random = Random(state: 99)
    for _ in 0..<20_000 {
      let count = Int.random(in: 0..<64, using: &random)
      survive((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
    }
  }

  @Test func jsonWithFlippedBytesReadsOrThrows() throws {
    var random = Random(state: 5)
    for golden in try Self.seeds().filter({ !$0.name.hasPrefix("accepted") }) {
      let text = try golden.sibling(".json")
      for count in 0..<min(text.count, 300) { _ = try? AllTypes(json: Array(text[..<count])) }
      for _ in 0..<60 {
        var bytes = text
        let index = Int.random(in: 0..<bytes.count, using: &random)
        bytes[index] = Array("{}[]\",:\\u0e-+.tfn ".utf8).randomElement(using: &random) ?? 0
        do {
          _ = try AllTypes(json: bytes)
        } catch {
          #expect((0...bytes.count).contains(error.byteOffset))
        }
      }
    }
  }

  @Test func inputsThatOnceBrokeTheCodecDecodeOrThrow() throws {
    let names = try Golden.names("FailCases")
    #expect(Set(names.map { $0.drop { $0 != "." } }).isSuperset(of: [".pb", ".json"]))
    for name in names where name.hasSuffix(".pb") {
      let bytes = try Golden.bytes("FailCases/" + name)
      survive(bytes)
      _ = try? AllTypes(protobuf: bytes).json()
    }
    for name in names where name.hasSuffix(".json") {
      _ = try? AllTypes(json: Golden.bytes("FailCases/" + name))
    }
  }

  /// Decodes; what decodes must encode (unless it is nested too deeply) and have few elements.
  private func survive(_ bytes: [UInt8]) {
    do throws(WireError) {
      let message = try AllTypes(protobuf: bytes)
      #expect(message.elementCount <= bytes.count, "\(bytes)")
      do throws(WireError) {
        let again = try message.protobuf()
        #expect(try AllTypes(protobuf: again).protobuf() == again, "\(bytes)")
      } catch {
        #expect(error.code == .tooDeep, "\(error) \(bytes)")
      }
    } catch {
      #expect((0...bytes.count).contains(error.byteOffset), "\(error) \(bytes)")
    }
  }
}

extension AllTypes {
  /// Elements that take memory: each must have cost a byte of input at least.
  fileprivate var elementCount: Int {
    int32s.count + sint64s.count + fixed32s.count + doubles.count + bools.count
      + moods.count + strings.count + blobs.count + nesteds.count + looseInt32s.count
      + labels.count + counts.count + branches.count + moodsById.count + (object?.count ?? 0)
      + (list?.values.count ?? 0) + values.count + times.count
  }
}
