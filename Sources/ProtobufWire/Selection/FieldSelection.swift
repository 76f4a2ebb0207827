internal import Texts

/// Paths of fields, dotted, as in a request's `only`: what they do not name is left at its default.
public struct FieldSelection: Sendable, Hashable {
  /// The names below each name.
  indirect enum Node: Sendable, Hashable {
    case all
    case only([UTF8Key: Node])
  }

  /// How many names a path may have: as deep as messages may be nested.
  static let namesMax = 100

  let root: Node

  /// A selection by paths of a message's fields, by the names of the proto file.
  ///
  /// - Throws: `unknownField` naming the path that the message does not have; `tooDeep` for a path of
  ///   more than 100 names. What a google.protobuf.Struct may hold is not checked: any key may be
  ///   there.
  public init(_ paths: [String], for descriptor: MessageDescriptor) throws(WireError) {
    var root = Node.only([:])
    for path in paths {
      let dot = UInt8(ascii: ".")
      // Not more parts than tell that there are too many.
      let names = path.utf8.split(
        separator: dot, maxSplits: FieldSelection.namesMax, omittingEmptySubsequences: false
      ).map { String(Substring($0)) }
      guard names.count <= FieldSelection.namesMax else {
        throw WireError(.tooDeep, at: 0, "a path has more than \(FieldSelection.namesMax) names")
      }
      try FieldSelection.check(names, path, descriptor)
      root.add(names[...])
    }
    self.root = root
  }

  private static func check(
    _ names: [String], _ path: String, _ descriptor: MessageDescriptor
  ) throws(WireError) {
    var descriptor = descriptor
    for (index, name) in names.enumerated() {
      guard let field = descriptor.field(named: name), field.name.isByteEqual(to: name) else {
        throw unknown(path, "\(descriptor.fullName) has no field \(name.quoted)")
      }
      if index == names.count - 1 { return }
      guard case .message(let type) = field.kind else {
        throw unknown(path, "\(name.quoted) has no fields")
      }
      if type == Struct.self {
        guard names[(index + 1)...].allSatisfy({ !$0.isEmpty }) else {
          throw unknown(path, "a name is empty")
        }
        return
      }
      descriptor = type.descriptor
    }
  }

  private static func unknown(_ path: String, _ why: String) -> WireError {
    WireError(.unknownField, at: 0, "the path \(path.quoted) leads nowhere: \(why)")
  }
}

extension FieldSelection.Node {
  fileprivate mutating func add(_ names: ArraySlice<String>) {
    guard let name = names.first.map({ UTF8Key($0) }), case .only(var children) = self else {
      self = .all
      return
    }
    // Held once, the names are added to where they are.
    self = .all
    children[name, default: .only([:])].add(names.dropFirst())
    self = .only(children)
  }

  /// The selected part of a message.
  func projection<M: Message>(of message: M) -> M {
    guard case .only(let selected) = self else { return message }
    var sink = SelectionSink<M>(selected)
    do throws(WireError) {
      try message.traverse(&sink)
    } catch {
      preconditionFailure("a selection takes every field, and yet: \(error)")
    }
    return sink.target
  }

  /// The selected part of a value; nil if the path leads nowhere in it.
  func projection(of value: Value) -> Value? {
    guard case .only = self else { return value }
    guard case .struct(let object) = value.kind else { return nil }
    return .struct(projection(of: object))
  }
}

extension Message {
  /// The message with only the selected fields; the others are at their defaults, unknown ones gone.
  public func selecting(_ selection: FieldSelection) -> Self {
    selection.root.projection(of: self)
  }
}
