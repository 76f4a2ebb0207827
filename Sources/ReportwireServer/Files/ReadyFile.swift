private import Foundation

/// Tells whoever started the server that it accepts calls, and where.
package enum ReadyFile {
  /// Writes the addresses as one JSON object, for the server's own user. The file appears whole or
  /// not at all; it takes the place of a regular file, never of a link or a device.
  package static func write(_ addresses: [(name: String, address: String)], to path: String)
    throws(Problems)
  {
    let members = addresses.map { "\(json($0.name)):\(json($0.address))" }
    let text = "{\(members.joined(separator: ","))}\n"
    try PrivateFile.write(text, to: path, "the ready file")
  }

  /// Removes the file; not being there is no error.
  package static func remove(_ path: String) {
    unlink(path)
  }

  private static func json(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
