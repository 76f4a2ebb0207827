import RPCCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the path of an output leads to.
enum OutputPath: Hashable {
  /// An open descriptor of this process: `/dev/stdout`, `/dev/fd/63`.
  case descriptor(Int32)
  /// A device, a pipe or a socket: there is no file to replace.
  case special(String)
  /// A regular file, which may not exist yet; the path ends in no link.
  case file(String)

  /// So many links in a row are followed, as the system does.
  private static let linksMax = 40

  /// Follows the links at the end of a path, also where the last one leads to nothing yet.
  init(_ path: String) throws(RPCError) {
    var target = path
    for _ in 0...Self.linksMax {
      if let number = Self.ownDescriptor(target) {
        self = .descriptor(number)
        return
      }
      guard Self.kind(target, lstat) == S_IFLNK else {
        self = try Self.end(path, target)
        return
      }
      let link = try Self.link(target)
      target = link.hasPrefix("/") ? link : Self.join(Self.folder(of: target), link)
    }
    throw .cannotWriteFile("follow the links of", path, ELOOP)
  }

  private static func end(_ path: String, _ target: String) throws(RPCError) -> OutputPath {
    switch kind(path, stat) {
    case S_IFREG: return .file(target)
    case S_IFDIR: throw .cannotWriteFile("write", path, EISDIR)
    case nil where target.hasSuffix("/"): throw .cannotWriteFile("create", path, ENOENT)
    case nil: return .file(target)
    default: return .special(path)
    }
  }

  /// The system's names for what this process has open.
  private static func ownDescriptor(_ path: String) -> Int32? {
    switch path {
    case "/dev/stdout": return STDOUT_FILENO
    case "/dev/stderr": return STDERR_FILENO
    default:
      for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
        return Int32(path.dropFirst(folder.count)).flatMap { $0 >= 0 ? $0 : nil }
      }
      return nil
    }
  }

  /// The kind of what a path names, as `stat` or `lstat` see it; nil if there is nothing.
  static func kind(
    _ path: String, _ look: (UnsafePointer<CChar>, UnsafeMutablePointer<stat>) -> Int32
  ) -> mode_t? {
    var status = stat()
    return look(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  private static func link(_ path: String) throws(RPCError) -> String {
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, count in
      count = buffer.withMemoryRebound(to: CChar.self) { characters in
        max(readlink(path, characters.baseAddress!, characters.count), 0)
      }
    }
    guard !bytes.isEmpty else { throw .cannotWriteFile("follow the link", path, errno) }
    // Repaired, it would be the name of another file.
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .cannotWriteFile("follow the link", path, EILSEQ)
    }
    return text
  }

  /// The folder that a path is in, with the slash at its end; empty for the working directory.
  static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty || folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }
}
