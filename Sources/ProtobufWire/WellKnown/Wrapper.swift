/// A message of google/protobuf/wrappers.proto: one scalar, which can be absent where a field of the
/// scalar itself could not. In JSON it is the scalar.
public struct Wrapper<Kind: WrappedKind>: Message {
  /// The scalar.
  public var value: Kind.Content
  /// See `Message`.
  public var unknownFields = UnknownFields()

  /// The scalar's default.
  public init() {
    value = Kind.defaultValue
  }

  /// Wraps a scalar.
  public init(_ value: Kind.Content) {
    self.value = value
  }

  /// See `Message`.
  public static var descriptor: MessageDescriptor { Kind.wrapper }
  /// See `Message`.
  public static var jsonForm: JSONForm { .own }

  /// See `Message`.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, Kind(), value)
  }

  /// See `Message`.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(Kind(), into: &value)
    default: source.unknown()
    }
  }

  /// The scalar.
  public func writeJSON(to writer: inout JSONWriter) throws(WireError) {
    Kind.writeJSON(value, to: &writer)
  }

  /// The scalar.
  public mutating func readJSON(from reader: inout JSONReader) throws(WireError) {
    try decodeField(1, from: &reader)
  }
}

/// A kind that has a message in google/protobuf/wrappers.proto.
public protocol WrappedKind: ScalarKind {
  /// The kind; it holds nothing.
  init()
  /// The descriptor of its message.
  static var wrapper: MessageDescriptor { get }
}

/// google.protobuf.BoolValue.
public typealias BoolValue = Wrapper<BoolKind>
/// google.protobuf.BytesValue.
public typealias BytesValue = Wrapper<BytesKind>
/// google.protobuf.DoubleValue.
public typealias DoubleValue = Wrapper<DoubleKind>
/// google.protobuf.FloatValue.
public typealias FloatValue = Wrapper<FloatKind>
/// google.protobuf.Int32Value.
public typealias Int32Value = Wrapper<Int32Kind>
/// google.protobuf.Int64Value.
public typealias Int64Value = Wrapper<Int64Kind>
/// google.protobuf.StringValue.
public typealias StringValue = Wrapper<StringKind>
/// google.protobuf.UInt32Value.
public typealias UInt32Value = Wrapper<UInt32Kind>
/// google.protobuf.UInt64Value.
public typealias UInt64Value = Wrapper<UInt64Kind>

extension BoolKind: WrappedKind {
  /// See `WrappedKind`.
  public static let wrapper = MessageDescriptor(
    "google.protobuf.BoolValue", [FieldDescriptor(1, "value", .bool)])
}

extension BytesKind: WrappedKind {
  /// See `WrappedKind`.
  public static let wrapper = MessageDescriptor(
    "google.protobuf.BytesValue", [FieldDescriptor(1, "value", .bytes)])
}

extension DoubleKind: WrappedKind {
  /// See `WrappedKind`.
  public static let wrapper = MessageDescriptor(
    "google.protobuf.DoubleValue", [FieldDescriptor(1, "value", .double)])
}

extension FloatKind: WrappedKind {
  /// See `WrappedKind`.
  public static let wrapper = MessageDescriptor(
    "google.protobuf.FloatValue", [FieldDescriptor(1, "value", .float)])
}

extension Int32Kind: WrappedKind {
  /// See `WrappedKind`.
  public static let wrapper = MessageDescriptor(
    "google.protobuf.Int32Value", [FieldDescriptor(1, "value", .int32)])
}

extension Int64Kind: WrappedKind {
  /// See `WrappedKind`.
  public static let wrapper = MessageDescriptor(
    "google.protobuf.Int64Value", [FieldDescriptor(1, "value", .int64)])
}

extension StringKind: WrappedKind {
  /// See `WrappedKind`.
  public static let wrapper = MessageDescriptor(
    "google.protobuf.StringValue", [FieldDescriptor(1, "value", .string)])
}

extension UInt32Kind: WrappedKind {
  /// See `WrappedKind`.
  public static let wrapper = MessageDescriptor(
    "google.protobuf.UInt32Value", [FieldDescriptor(1, "value", .uint32)])
}

extension UInt64Kind: WrappedKind {
  /// See `WrappedKind`.
  public static let wrapper = MessageDescriptor(
    "google.protobuf.UInt64Value", [FieldDescriptor(1, "value", .uint64)])
}
