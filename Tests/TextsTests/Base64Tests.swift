import Foundation
import Testing
import Texts

struct Base64Tests {
  private static let contents =
    (0..<20).map { count in
      (0..<count).map { UInt8(truncatingIfNeeded: $0 * 83 + count * 17) }
    } + [Array(UInt8.min...UInt8.max), [0xff, 0xff, 0xff], [0xfb, 0xef, 0xbe]]

  @Test(arguments: contents)
  func itIsWhatAnotherWriterMakes(_ bytes: [UInt8]) {
    var text: [UInt8] = []
    text.appendBase64(bytes)
    let encoded = String(decoding: text, as: UTF8.self)
    #expect(encoded == Data(bytes).base64EncodedString())
    #expect(Base64.bytes(encoded) == bytes)
  }

  @Test(arguments: contents)
  func theFormForURLsReadsBack(_ bytes: [UInt8]) {
    let text = Base64.textForURL(bytes)
    #expect(!text.contains { "+/=".contains($0) })
    #expect(Base64.bytes(text) == bytes)
    #expect(Base64.bytes(ofURLText: text.utf8) == bytes)
  }

  @Test(arguments: ["Z", "Zg==", "=", "Z g", "+A", "/A", "Zm9v!", "Zm9vY"])
  func inURLsThereIsOneForm(_ text: String) {
    #expect(Base64.bytes(ofURLText: text.utf8) == nil)
  }

  @Test(arguments: ["Z", "Zg=", "Zg===", "=", "====", "Z g=", "Zg==Zg==", "Zm9v!"])
  func otherTextIsRefused(_ text: String) {
    #expect(Base64.bytes(text) == nil)
  }
}
