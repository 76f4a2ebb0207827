import ProtobufWire
import Testing

/// Through a bytes field: RFC 4648, section 10 and what proto3 adds.
struct Base64Tests {
  @Test(arguments: [
    ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ])
  func bytesAreBase64(_ plain: String, _ encoded: String) throws {
    var message = AllTypes()
    message.bytesField = Array(plain.utf8)
    #expect(try message.json() == #"{"bytesField":"\#(encoded)"}"#)
    #expect(try AllTypes(json: #"{"bytesField":"\#(encoded)"}"#) == message)
    let bare = encoded.replacing("=", with: "")
    #expect(try AllTypes(json: #"{"bytesField":"\#(bare)"}"#) == message)
  }

  @Test(arguments: ["Z", "Zg=", "Zg===", "=", "====", "Z g=", "Zg==Zg==", "Zm9v!"])
  func otherTextIsRefused(_ text: String) {
    #expect(throws: WireError.self) { try AllTypes(json: #"{"bytesField":"\#(text)"}"#) }
  }
}
