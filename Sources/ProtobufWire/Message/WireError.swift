internal import Texts

/// Why bytes or text are not the message they should be, or why a message has no such form.
public struct WireError: Error, Sendable {
  /// The kind of fault.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    private enum Name: String, CaseIterable {
      case truncated, malformedVarint, malformedTag, malformedGroup, invalidUTF8, tooDeep
      case tooLarge, invalidValue, malformedJSON, unknownField, wrongType, unknownType
    }

    private let name: Name

    /// The input ends in the middle of a field.
    public static let truncated = Code(name: .truncated)
    /// A varint longer than ten bytes, or more than 64 bits wide.
    public static let malformedVarint = Code(name: .malformedVarint)
    /// Field number zero, a wire type that does not exist, or more than five bytes.
    public static let malformedTag = Code(name: .malformedTag)
    /// A group that ends without having begun, or with another number.
    public static let malformedGroup = Code(name: .malformedGroup)
    /// A string that is not UTF-8.
    public static let invalidUTF8 = Code(name: .invalidUTF8)
    /// Messages nested deeper than the limit.
    public static let tooDeep = Code(name: .tooDeep)
    /// More bytes or elements than the limit.
    public static let tooLarge = Code(name: .tooLarge)
    /// A value that the type cannot hold, or that has no JSON, as NaN in a google.protobuf.Value.
    public static let invalidValue = Code(name: .invalidValue)
    /// Text that is not JSON.
    public static let malformedJSON = Code(name: .malformedJSON)
    /// A field that the message does not have.
    public static let unknownField = Code(name: .unknownField)
    /// JSON of another kind than the field's.
    public static let wrongType = Code(name: .wrongType)
    /// A google.protobuf.Any of a type that is not known.
    public static let unknownType = Code(name: .unknownType)

    /// Every code, for table tests.
    public static let all: [Code] = Name.allCases.map(Code.init)

    /// The name of the code.
    public var description: String { name.rawValue }
  }

  /// The kind of fault.
  public var code: Code
  /// Where in the input; the position of the field in the output for an encoder's error.
  public var byteOffset: Int
  /// The field, dotted from the outermost message, such as `results[2].error`; empty at the top.
  public var fieldPath: String
  /// What is wrong, for a person.
  public var message: String

  /// Makes an error.
  public init(_ code: Code, at byteOffset: Int, in fieldPath: String = "", _ message: String) {
    self.code = code
    self.byteOffset = byteOffset
    self.fieldPath = fieldPath
    self.message = message
  }

  /// The same error, seen from the message around.
  @usableFromInline @inline(never)
  func inside(_ field: String) -> WireError {
    var error = self
    error.fieldPath =
      fieldPath.isEmpty || fieldPath.utf8.first == UInt8(ascii: "[")
      ? field + fieldPath : "\(field).\(fieldPath)"
    return error
  }

  /// The same error, seen from the map or object around: a name from outside, cut.
  @usableFromInline @inline(never)
  func inside(key: String) -> WireError { inside("[\(key.quoted)]") }

  /// Said where a message would take more memory than it may.
  static let tooMuchMemory = "the message takes more memory than the limit allows"

  /// The same error with the field that its path begins with, `#7`, named as the message names it:
  /// a writer knows only numbers.
  @usableFromInline @inline(never)
  func named(by descriptor: MessageDescriptor) -> WireError {
    guard fieldPath.utf8.first == UInt8(ascii: "#") else { return self }
    let digits = fieldPath.utf8.dropFirst().prefix {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
    }
    guard let number = Int(Substring(digits)) else { return self }
    var error = self
    error.fieldPath =
      descriptor.pathName(of: number) + fieldPath[digits.endIndex...]
    return error
  }
}

extension WireError: Equatable {}

extension WireError: CustomStringConvertible {
  /// `message (field, byte offset)`.
  public var description: String {
    fieldPath.isEmpty
      ? "\(message) (at byte \(byteOffset))" : "\(message) (in \(fieldPath), at byte \(byteOffset))"
  }
}
