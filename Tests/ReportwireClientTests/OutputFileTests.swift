import RPCCore
import Testing

@testable import ReportwireClient

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Where downloads are written")
struct OutputFileTests {
  private let folder = TemporaryFolder()

  private func path(_ name: String) -> String { "\(folder.path)/\(name)" }

  /// Makes a file with a content and a mode.
  private func make(_ name: String, _ text: String, mode: mode_t = 0o644) throws {
    let file = try #require(fopen(path(name), "w"))
    fputs(text, file)
    fclose(file)
    chmod(path(name), mode)
  }

  private func text(_ name: String) -> String? {
    folder.read(name).map { String(decoding: $0, as: UTF8.self) }
  }

  private func status(_ name: String) -> stat {
    var status = stat()
    lstat(path(name), &status)
    return status
  }

  private func write(
    _ text: String, to path: String, isNamed: Bool = false, finishes: Bool = true
  ) throws {
    let file = try OutputFile(at: path, isNamed: isNamed, readerWaitMilliseconds: 0)
    try Array(text.utf8).withUnsafeBytes { try file.append($0) }
    if finishes { try file.finish() }
  }

  @Test("a file keeps its mode, however it is replaced", arguments: [false, true])
  func mode(isNamed: Bool) throws {
    defer { folder.remove() }
    try make("a", "old, and longer", mode: 0o600)
    try write("new", to: path("a"), isNamed: isNamed)
    #expect(text("a") == "new")
    #expect(status("a").st_mode & 0o7777 == 0o600)
    #expect(folder.names == ["a"])
  }

  @Test("a new file can be read by others as the user's mask says")
  func newFile() throws {
    defer { folder.remove() }
    try write("new", to: path("a"))
    let mask = umask(0)
    umask(mask)
    #expect(status("a").st_mode & 0o777 == 0o644 & ~mask)
  }

  @Test("a file keeps its owner")
  func owner() throws {
    defer { folder.remove() }
    try make("a", "old")
    // Whoever may not give files away has only files of their own to test with.
    _ = chown(path("a"), 1, 1)
    let before = status("a")
    try write("new", to: path("a"))
    #expect(text("a") == "new")
    #expect(status("a").st_uid == before.st_uid && status("a").st_gid == before.st_gid)
  }

  @Test("a link is followed, also to where nothing is yet", arguments: [false, true])
  func links(exists: Bool) throws {
    defer { folder.remove() }
    if exists { try make("real", "old") }
    symlink("real", path("middle"))
    symlink(path("middle"), path("link"))
    try write("new", to: path("link"))
    #expect(text("real") == "new")
    #expect(status("link").st_mode & S_IFMT == S_IFLNK)
    #expect(status("real").st_mode & S_IFMT == S_IFREG)
    #expect(folder.names == ["link", "middle", "real"])
  }

  @Test("links in a circle are an error")
  func circle() throws {
    defer { folder.remove() }
    symlink("b", path("a"))
    symlink("a", path("b"))
    let error = #expect(throws: RPCError.self) { try write("new", to: path("a")) }
    #expect(error?.message.contains("Too many levels of symbolic links") == true)
  }

  @Test("all names of a file see the new content")
  func hardLinks() throws {
    defer { folder.remove() }
    try make("a", "old, and longer")
    link(path("a"), path("b"))
    try write("new", to: path("a"))
    #expect(text("b") == "new")
    #expect(status("a").st_ino == status("b").st_ino)
    #expect(folder.names == ["a", "b"])
  }

  @Test("what is not finished leaves what was there, and nothing else", arguments: [false, true])
  func unfinished(isNamed: Bool) throws {
    defer { folder.remove() }
    try make("a", "old")
    try write("new", to: path("a"), isNamed: isNamed, finishes: false)
    #expect(text("a") == "old")
    #expect(folder.names == ["a"])
  }

  #if os(Linux)
    @Test("a process that is killed leaves nothing: until it is whole, the file has no name")
    func noName() throws {
      defer { folder.remove() }
      let file = try OutputFile(at: path("a"))
      #expect(folder.names.isEmpty)
      try file.finish()
      #expect(folder.names == ["a"])
    }
  #endif

  @Test("a pipe is written to, and stays one")
  func pipes() throws {
    defer { folder.remove() }
    mkfifo(path("pipe"), 0o600)
    let reader = open(path("pipe"), O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    defer { close(reader) }
    try write("new", to: path("pipe"))
    var bytes = [UInt8](repeating: 0, count: 8)
    #expect(read(reader, &bytes, 8) == 3)
    #expect(bytes.starts(with: "new".utf8))
    #expect(status("pipe").st_mode & S_IFMT == S_IFIFO)
    #expect(folder.names == ["pipe"])
  }

  @Test("a pipe that nobody reads from is an error, not a wait without end")
  func unreadPipe() {
    defer { folder.remove() }
    mkfifo(path("pipe"), 0o600)
    let error = #expect(throws: RPCError.self) { try write("new", to: path("pipe")) }
    #expect(error?.message.contains("nobody reads from it") == true)
  }

  @Test("an open descriptor is written to where it stands, also if it is a file")
  func descriptors() throws {
    defer { folder.remove() }
    try make("a", "old ")
    let descriptor = open(path("a"), O_WRONLY | O_APPEND | O_CLOEXEC)
    try write("new", to: "/dev/fd/\(descriptor)")
    // It is the caller's, and stays open.
    #expect(close(descriptor) == 0)
    #expect(text("a") == "old new")
  }

  @Test("what was written straight away cannot be taken back")
  func restart() throws {
    let file = try OutputFile(at: "/dev/null")
    try file.empty()
    try Array("x".utf8).withUnsafeBytes { try file.append($0) }
    let error = #expect(throws: RPCError.self) { try file.empty() }
    #expect(error?.code == .aborted)
  }

  @Test("in a folder, what has the chosen name stays, a link too", arguments: [false, true])
  func namesInFolder(isNamed: Bool) throws {
    defer { folder.remove() }
    try make("real.csv", "old")
    symlink("real.csv", path("a.b.csv"))
    func save() throws -> String {
      try OutputFile(inFolder: folder.path, isNamed: isNamed).finish(as: "a.b.csv")
    }
    #expect(try [save(), save()] == ["a.b (2).csv", "a.b (3).csv"])
    #expect(text("real.csv") == "old")
    #expect(folder.names == ["a.b (2).csv", "a.b (3).csv", "a.b.csv", "real.csv"])
    #expect(status("a.b (2).csv").st_mode & S_IFMT == S_IFREG)
  }

  @Test("in a folder, a name cannot leave it", arguments: ["", ".", "..", "../a", "/tmp/a"])
  func namesOutside(name: String) throws {
    defer { folder.remove() }
    let file = try OutputFile(inFolder: folder.path)
    #expect(throws: RPCError.self) { _ = try file.finish(as: name) }
    #expect(folder.names.isEmpty)
  }
}
