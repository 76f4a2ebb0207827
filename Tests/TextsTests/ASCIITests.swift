import Testing
import Texts

struct ASCIITests {
  @Test func lettersAndDigitsAreASCII() {
    let found = (UInt8.min...UInt8.max).filter(\.isAlphanumeric)
    let expected = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    #expect(String(decoding: found, as: UTF8.self) == expected)
  }
}
