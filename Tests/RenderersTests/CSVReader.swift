/// Reads CSV by RFC 4180's grammar and nothing more lenient, for tests: shares no code with the
/// renderer, and tells quoted fields from bare ones.
struct CSVReader {
  struct Field: Hashable {
    var text: String
    var isQuoted: Bool
  }

  struct Malformed: Error {
    var offset: Int
  }

  static func records(_ bytes: [UInt8], delimiter: UInt8) throws -> [[Field]] {
    var reader = CSVReader(bytes: bytes, delimiter: delimiter)
    var records: [[Field]] = []
    while reader.offset < bytes.count { records.append(try reader.record()) }
    return records
  }

  private let bytes: [UInt8]
  private let delimiter: UInt8
  private var offset = 0

  private init(bytes: [UInt8], delimiter: UInt8) {
    self.bytes = bytes
    self.delimiter = delimiter
  }

  private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func record() throws -> [Field] {
    var fields: [Field] = []
    while true {
      fields.append(try field())
      if next == delimiter {
        offset += 1
        continue
      }
      guard bytes[offset...].starts(with: [0x0D, 0x0A]) else { throw Malformed(offset: offset) }
      offset += 2
      return fields
    }
  }

  private mutating func field() throws -> Field {
    var text: [UInt8] = []
    guard next == 0x22 else {
      while let byte = next, byte != delimiter, byte != 0x0D {
        guard byte != 0x22, byte != 0x0A else { throw Malformed(offset: offset) }
        text.append(byte)
        offset += 1
      }
      return Field(text: String(decoding: text, as: UTF8.self), isQuoted: false)
    }
    offset += 1
    while let byte = next {
      offset += 1
      if byte == 0x22 {
        guard next == 0x22 else {
          return Field(text: String(decoding: text, as: UTF8.self), isQuoted: true)
        }
        offset += 1
      }
      text.append(byte)
    }
    throw Malformed(offset: offset)
  }
}
