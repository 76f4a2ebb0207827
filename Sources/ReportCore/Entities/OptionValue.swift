internal import Texts

/// A value of `template_options`: what JSON can say. Numbers are doubles, as in
/// google.protobuf.Value; texts are equal if their bytes are.
package indirect enum OptionValue: Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case list([OptionValue])
  case object(OptionObject)
}

extension OptionValue: Hashable {
  package static func == (left: OptionValue, right: OptionValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.number(let left), .number(let right)): left == right
    case (.string(let left), .string(let right)): left.isExactly(right)
    case (.list(let left), .list(let right)): left == right
    case (.object(let left), .object(let right)): left == right
    default: false
    }
  }

  package func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let bool): hasher.combine(bool)
    case .number(let number): hasher.combine(number)
    case .string(let text): hasher.combine(ExactText(text))
    case .list(let items): hasher.combine(items)
    case .object(let object): hasher.combine(object)
    }
  }
}

extension OptionValue {
  /// Whether a text in it, or the name of a member, has the character NUL.
  package var holdsNUL: Bool {
    switch self {
    case .null, .bool, .number: false
    case .string(let text): text.utf8.contains(0)
    case .list(let items): items.contains(where: \.holdsNUL)
    case .object(let members):
      members.contains { $0.key.utf8.contains(0) || $0.value.holdsNUL }
    }
  }
}

/// An object of options by name. Names are told apart by their bytes; their order means nothing, and
/// is that of their bytes wherever they are gone through.
package struct OptionObject: Hashable, Sendable {
  private var members: [ExactText: OptionValue]

  package init(minimumCapacity: Int = 0) {
    members = Dictionary(minimumCapacity: minimumCapacity)
  }

  package subscript(name: String) -> OptionValue? {
    get { members[ExactText(name)] }
    set { members[ExactText(name)] = newValue }
  }

  package var isEmpty: Bool { members.isEmpty }
  package var count: Int { members.count }

  /// The members where their order does not matter: sorting them is saved.
  package var inAnyOrder: [ExactText: OptionValue] { members }

  /// The names in the order of their bytes.
  package var keys: [String] { members.keys.sorted().map(\.text) }
}

extension OptionObject: Sequence {
  package typealias Element = (key: String, value: OptionValue)

  package func makeIterator() -> IndexingIterator<[Element]> {
    members.sorted { $0.key < $1.key }.map { ($0.key.text, $0.value) }.makeIterator()
  }
}

extension OptionObject: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, OptionValue)...) {
    self.init(minimumCapacity: elements.count)
    for (name, value) in elements { self[name] = value }
  }
}

/// Options in messages to people.
extension OptionValue {
  /// With its article.
  var kindName: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .list: "a list"
    case .object: "an object"
    }
  }

  /// The value in short.
  var shown: String {
    switch self {
    case .null: "null"
    case .bool(let bool): bool ? "true" : "false"
    case .number(let number):
      // Whole numbers without a fraction, as JSON has them.
      if number.rounded() == number, abs(number) < 1e15 { "\(Int64(number))" } else { "\(number)" }
    case .string(let text): text.quoted
    case .list, .object: kindName
    }
  }
}
