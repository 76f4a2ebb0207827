internal import ReportCore
private import Texts

/// How the text of a source is read, and how text is given to it. SQLite stores whatever bytes it
/// is given as text and calls them UTF-8.
struct SourceText {
  let invalidText: InvalidText
  /// Whether text is read as another encoding than UTF-8.
  let isSingleByte: Bool

  init(invalidText: InvalidText) {
    self.invalidText = invalidText
    isSingleByte = invalidText == .latin1 || invalidText == .windows1252
  }

  /// The text of some bytes; nil if they should be UTF-8 and are not.
  func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    switch invalidText {
    case .fail, .replace: String(validUTF8: bytes)
    case .latin1: Self.text(bytes) { Unicode.Scalar($0) }
    case .windows1252: Self.text(bytes, Self.windows1252)
    }
  }

  /// Whether bytes are the text that they are read as, in UTF-8.
  @inline(__always)
  func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.isASCII || !isSingleByte && bytes.isUTF8
  }

  /// Bytes in UTF-8 of the text of some bytes.
  func decodedBytes(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    switch invalidText {
    case .fail: bytes.count
    case .replace:
      // Each byte may be one that becomes U+FFFD; what is short is not worth a look.
      bytes.count < Self.shortBytes ? bytes.count : Self.replacedBytes(bytes)
    case .latin1: bytes.count + bytes.count { $0 >= 0x80 }
    case .windows1252:
      bytes.reduce(0) { $0 + ($1 < 0x80 ? 1 : UTF8.width(Self.windows1252($1))) }
    }
  }

  private static let shortBytes = 4096

  private static func replacedBytes(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var count = 0
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): count += UTF8.width(scalar)
      case .error: count += 3
      case .emptyInput: return count
      }
    }
  }

  /// The bytes that stand for a text; nil if the encoding lacks one of its characters.
  func encode(_ text: String) -> [UInt8]? {
    switch invalidText {
    case .fail, .replace: Array(text.utf8)
    case .latin1: Self.bytes(text) { UInt8(exactly: $0.value) }
    case .windows1252:
      Self.bytes(text) { scalar in
        if scalar.value < 0x80 { return UInt8(scalar.value) }
        return (0x80...0xFF).first { Self.windows1252($0) == scalar }
      }
    }
  }

  private static func text(
    _ bytes: UnsafeBufferPointer<UInt8>, _ scalar: (UInt8) -> Unicode.Scalar
  ) -> String {
    if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
    var scalars = String.UnicodeScalarView()
    scalars.reserveCapacity(bytes.count * 2)
    for byte in bytes { scalars.append(scalar(byte)) }
    return String(scalars)
  }

  private static func bytes(_ text: String, _ byte: (Unicode.Scalar) -> UInt8?) -> [UInt8]? {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      guard let byte = byte(scalar) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  /// As the WHATWG's Encoding standard has it: the five bytes that the code page leaves open are
  /// the controls of their number, so that every byte has a meaning and comes back as it was.
  private static func windows1252(_ byte: UInt8) -> Unicode.Scalar {
    (0x80...0x9F).contains(byte) ? windows1252Scalars[Int(byte - 0x80)] : Unicode.Scalar(byte)
  }

  private static let windows1252Scalars = Array(
    """
    \u{20AC}\u{81}\u{201A}\u{192}\u{201E}\u{2026}\u{2020}\u{2021}\u{2C6}\u{2030}\u{160}\u{2039}\
    \u{152}\u{8D}\u{17D}\u{8F}\u{90}\u{2018}\u{2019}\u{201C}\u{201D}\u{2022}\u{2013}\u{2014}\
    \u{2DC}\u{2122}\u{161}\u{203A}\u{153}\u{9D}\u{17E}\u{178}
    """.unicodeScalars)
}
