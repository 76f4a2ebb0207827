private import Foundation

/// Tells whoever started the server that it accepts calls, and where.
package enum ReadyFile {
  /// Writes the addresses as one JSON object. The file appears whole or not at all.
  package static func write(_ addresses: [(name: String, address: String)], to path: String)
    throws(Problems)
  {
    let members = addresses.map { "\(json($0.name)):\(json($0.address))" }
    let text = "{\(members.joined(separator: ","))}\n"
    let temporary = "\(path).\(getpid()).tmp"
    do {
      try Data(text.utf8).write(to: URL(filePath: temporary))
    } catch {
      throw Problems(path, "the ready file cannot be written: \(error.localizedDescription)")
    }
    guard rename(temporary, path) == 0 else {
      let reason = String(cString: strerror(errno))
      unlink(temporary)
      throw Problems(path, "the ready file cannot be put into place: \(reason)")
    }
  }

  /// Removes the file; not being there is no error.
  package static func remove(_ path: String) {
    unlink(path)
  }

  private static func json(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
