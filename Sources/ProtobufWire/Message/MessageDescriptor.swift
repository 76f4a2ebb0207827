/// What is known of a message's fields: written by hand once per message, next to its properties.
public final class MessageDescriptor: Sendable {
  /// Such as `spaceone.api.report.v1.ReportInfo`.
  public let fullName: String
  /// In the order of their numbers.
  public let fields: [FieldDescriptor]
  /// In the order of the proto file; without those that protoc makes for `optional` fields.
  public let oneofs: [OneofDescriptor]

  private let indexByName: [UTF8Key: Int]

  /// Describes a message.
  ///
  /// - Parameters:
  ///   - fields: in the order of their numbers.
  ///   - oneofs: the names of the oneofs that fields refer to.
  public init(_ fullName: String, _ fields: [FieldDescriptor], oneofs: [String] = []) {
    precondition(
      zip(fields, fields.dropFirst()).allSatisfy { $0.number < $1.number },
      "the fields of \(fullName) are not in the order of their numbers")
    self.fullName = fullName
    self.fields = fields
    self.oneofs = oneofs.enumerated().map { index, name in
      OneofDescriptor(
        name: name, fieldNumbers: fields.filter { $0.oneof == index }.map(\.number))
    }
    var indexByName: [UTF8Key: Int] = [:]
    for (index, field) in fields.enumerated() {
      indexByName[UTF8Key(field.name)] = index
      indexByName[UTF8Key(field.jsonName)] = index
    }
    self.indexByName = indexByName
  }

  /// The field of a number.
  public func field(number: Int) -> FieldDescriptor? {
    index(number: number).map { fields[$0] }
  }

  /// The field of a name, as in the proto file or as in JSON.
  public func field(named name: String) -> FieldDescriptor? {
    index(named: name).map { fields[$0] }
  }

  /// Where the field of a number is. Most messages number their fields from one without gaps.
  func index(number: Int) -> Int? {
    if number >= 1, number <= fields.count, fields[number - 1].number == number {
      return number - 1
    }
    return fields.firstIndex { $0.number == number }
  }

  /// Where the field of a name is.
  func index(named name: String) -> Int? { indexByName[UTF8Key(name)] }

  /// A field as it stands in the path of an error.
  @usableFromInline @inline(never)
  func pathName(of number: Int) -> String {
    field(number: number)?.name ?? "#\(number)"
  }
}
