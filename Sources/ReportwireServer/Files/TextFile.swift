private import ArtifactStores
private import Foundation

/// Files that people write, and their paths.
enum TextFile {
  /// The whole of a file.
  ///
  /// - Throws: one problem: it is not there, may not be read, is too long or no UTF-8.
  static func read(_ path: String, bytesMax: Int) throws(Problems) -> String {
    let bytes = try bytes(path, bytesMax: bytesMax)
    do throws(UnreadableText) {
      return try String(savedText: bytes)
    } catch {
      throw Problems(path, "the file \(error.reason)")
    }
  }

  /// The same of a file that need be no text.
  static func bytes(_ path: String, bytesMax: Int) throws(Problems) -> [UInt8] {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw Problems(path, "the file cannot be opened: \(String(cString: strerror(errno)))")
    }
    defer { try? handle.close() }
    let data: Data
    do {
      data = try handle.read(upToCount: bytesMax + 1) ?? Data()
    } catch {
      throw Problems(path, "the file cannot be read: \(error.localizedDescription)")
    }
    guard data.count <= bytesMax else {
      throw Problems(path, "the file has more than \(bytesMax) bytes")
    }
    return Array(data)
  }

  /// A path from the root; `~/` is the home folder. Nothing needs to be there.
  static func absolute(_ path: String, in folder: String) -> String {
    var path = path
    if path == "~" || path.hasPrefix("~/") {
      path = NSHomeDirectory() + path.dropFirst()
    }
    let whole = path.hasPrefix("/") ? path : folder + "/" + path
    var parts: [Substring] = []
    for part in whole.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// What comes before the last slash.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }

  /// Whether the mode of a file lets its group or everybody read it.
  static func isReadableByOthers(_ path: String) -> Bool {
    FileStatus(path: path, followsLink: true).map { $0.permissions & 0o044 != 0 } ?? false
  }

  static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}

/// Why a file is no text.
package struct UnreadableText: Error {
  /// Goes on after what names the file: `is no UTF-8 text`.
  package let reason: String
}

extension String {
  /// Text as editors and shells save it: UTF-8, with or without a byte order mark.
  package init(savedText bytes: some Collection<UInt8>) throws(UnreadableText) {
    guard !bytes.starts(with: [0xff, 0xfe]), !bytes.starts(with: [0xfe, 0xff]) else {
      throw UnreadableText(reason: "is UTF-16 text; save it as UTF-8")
    }
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let content = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes.dropFirst(0)
    guard let text = String(validating: content, as: UTF8.self) else {
      throw UnreadableText(reason: "is no UTF-8 text")
    }
    self = text
  }
}
