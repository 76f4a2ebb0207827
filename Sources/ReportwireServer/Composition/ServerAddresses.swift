/// Where a server really listens: an address for each of its doors, by the door's name, such as
/// `HOST:PORT` for `ttrpc` and `http`, and `unix:///PATH` for `ttrpc_unix`.
package struct ServerAddresses: Hashable, Sendable {
  /// A door's name and address.
  package struct Member: Hashable, Sendable {
    package let name: String
    package let address: String
  }

  /// In the order in which the doors were bound: the members of the ready file.
  package private(set) var members: [Member] = []

  /// The address of a door; nil if there is no such door.
  package subscript(name: String) -> String? {
    members.first { $0.name == name }?.address
  }

  /// Notes the address of a door.
  mutating func add(_ name: String, _ address: String) {
    members.append(Member(name: name, address: address))
  }
}
