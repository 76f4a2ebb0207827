private import ArtifactStores
private import Foundation
internal import Texts

/// Small files of the server that are for its own user alone, whatever the umask.
enum PrivateFile {
  /// Puts a file into place, whole or not at all.
  ///
  /// It is written under a name that nobody can have laid something under before, so it goes where
  /// the path says and nowhere else. What is there is replaced if it is a regular file.
  ///
  /// - Parameter what: names the file in problems: `the ready file`.
  static func write(_ text: String, to path: String, _ what: String) throws(Problems) {
    guard FileStatus(path: path, followsLink: false)?.isFile != false else {
      throw Problems(
        path, "\(what) cannot be written: a link, a folder or a device has this name; name another")
    }
    let temporary = "\(path).\(String(UInt64.random(in: 0 ... .max), radix: 36)).tmp"
    do throws(SystemError) {
      let file = try OpenFile(path: temporary, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
      try file.closeToOthers()
      try file.replaceContent(by: text)
      try file.sync()
    } catch {
      unlink(temporary)
      throw Problems(path, "\(what) cannot be written: \(error.text)")
    }
    guard rename(temporary, path) == 0 else {
      let reason = String(cString: strerror(errno))
      unlink(temporary)
      throw Problems(path, "\(what) cannot be put into place: \(reason)")
    }
  }

  /// Changes a file's text, one process after the other: none loses what another writes meanwhile. A file
  /// with `.lock` behind the name stays beside it.
  ///
  /// - Parameters:
  ///   - bytesMax: of the text before and after, in UTF-8.
  ///   - changed: makes the new text of what is there; nil: there is no file.
  /// - Throws: a problem if either is longer, and then nothing is written.
  static func change(
    _ path: String, bytesMax: Int, _ what: String,
    _ changed: (String?) throws(Problems) -> String
  ) throws(Problems) {
    let lockPath = path + ".lock"
    let lock: OpenFile
    do throws(SystemError) {
      // The file itself is replaced, so a lock on it would be on what is no longer there.
      lock = try OpenFile(path: lockPath, flags: O_RDWR | O_CREAT | O_NOFOLLOW)
      try lock.closeToOthers()
      try lock.lock(isWaiting: true)
    } catch {
      throw Problems(lockPath, "the file cannot be locked: \(error.text)")
    }
    defer { lock.unlock() }
    let text = try changed(try read(path, bytesMax: bytesMax, what))
    // Written, it could be neither read nor changed again.
    guard text.utf8.count <= bytesMax else {
      throw Problems(
        path, "\(what) would have more than \(bytesMax) bytes; take something out of it first")
    }
    try write(text, to: path, what)
  }

  /// The text of a file that holds a secret; nil if it is not there.
  ///
  /// - Throws: a problem if it cannot be read, or if others may read it too.
  static func read(_ path: String, bytesMax: Int, _ what: String) throws(Problems) -> String? {
    guard TextFile.exists(path) else { return nil }
    let bytes: [UInt8]
    let isOpenToOthers: Bool
    do throws(SystemError) {
      // Does not wait for a writer should the name be a pipe's.
      let file = try OpenFile(path: path, flags: O_RDONLY | O_NONBLOCK)
      isOpenToOthers = try file.isOpenToOthers()
      bytes = try file.read(at: 0, countMax: bytesMax + 1)
    } catch {
      throw Problems(path, "\(what) cannot be read: \(error.text)")
    }
    guard !isOpenToOthers else {
      throw Problems(
        path,
        "others may read \(what), so it may be known to them; remove the file to have another made, "
          + "or, if you are sure that nobody read it, take their access away: chmod 600 \(path)")
    }
    guard bytes.count <= bytesMax else {
      throw Problems(path, "the file has more than \(bytesMax) bytes")
    }
    do throws(UnreadableText) {
      return try String(savedText: bytes)
    } catch {
      throw Problems(path, "the file \(error.reason)")
    }
  }
}

/// Tells whoever started the server that it accepts calls, and where.
package enum ReadyFile {
  /// Writes the addresses as one JSON object, for the server's own user. The file appears whole or
  /// not at all; it takes the place of a regular file, never of a link or a device.
  package static func write(_ addresses: [(name: String, address: String)], to path: String)
    throws(Problems)
  {
    let members = addresses.map { "\(JSONText.string($0.name)):\(JSONText.string($0.address))" }
    let text = "{\(members.joined(separator: ","))}\n"
    try PrivateFile.write(text, to: path, "the ready file")
  }

  /// Removes the file; not being there is no error.
  package static func remove(_ path: String) {
    unlink(path)
  }
}
