package import ReportCore
internal import Synchronization
internal import Texts

#if canImport(Glibc)
  private import Glibc
#elseif canImport(Musl)
  private import Musl
#else
  private import Darwin
#endif

/// The time zones of the machine's IANA database. Which zone the machine itself is in means nothing
/// here. What was read stays as it is until the process ends.
package final class ZoneCatalog: Sendable {
  /// Where systems keep the database.
  package static let system = ZoneCatalog(folder: "/usr/share/zoneinfo")

  private struct State {
    /// All names, once somebody asked; sorted.
    var names: [ExactText]?
    var zones: [ExactText: LocalZone] = [:]
  }

  private let folder: String
  private let state = Mutex(State())

  /// UTF-8 bytes of a name at most; the database's longest has 32.
  private static let nameBytesMax = 64
  static let namesMax = 4096
  /// The database has names of three parts.
  private static let partsMax = 3
  private static let fileBytesMax = 65_536

  init(folder: String) {
    self.folder = folder
  }

  /// The zone of a name, which is written as the database writes it.
  ///
  /// - Returns: nil if there is none.
  package func zone(_ name: String) -> LocalZone? {
    guard name.utf8.count <= Self.nameBytesMax else { return nil }
    let key = ExactText(name)
    return state.withLock { state in
      if let zone = state.zones[key] { return zone }
      // Only what was found in the folder is opened: no name leads out of it.
      guard allNames(&state).contains(key), let bytes = Self.content("\(folder)/\(name)"),
        let table = ZoneTable(bytes)
      else { return nil }
      let zone = LocalZone(table)
      state.zones[key] = zone
      return zone
    }
  }

  /// What somebody may have meant: names that differ in case, or in what stands before the place, or
  /// in a letter or two; three at most.
  package func nearest(to text: String) -> [String] {
    guard text.utf8.count <= Self.nameBytesMax else { return [] }
    let names = state.withLock { allNames(&$0) }.map(\.text)
    let lower = text.lowercased()
    if let same = names.first(where: { $0.lowercased() == lower }) { return [same] }
    let place = Self.place(lower)
    let places = names.filter { Self.place($0.lowercased()) == place }
    return places.isEmpty ? [names.nearest(to: text)].compactMap(\.self) : Array(places.prefix(3))
  }

  private static func place(_ name: String) -> Substring {
    name.split(separator: "/").last ?? ""
  }

  private func allNames(_ state: inout State) -> [ExactText] {
    if let names = state.names { return names }
    var found: [String] = []
    Self.list(folder, "", Self.partsMax, into: &found)
    let names = found.map { ExactText($0) }.sorted()
    state.names = names
    return names
  }

  /// Adds the names of the files below a folder. Other things than zones have names of small letters
  /// or with a point, and the zone of the machine is `localtime`.
  static func list(
    _ folder: String, _ prefix: String, _ depth: Int, into names: inout [String]
  ) {
    guard let stream = opendir(folder) else { return }
    defer { closedir(stream) }
    while let entry = readdir(stream), names.count < namesMax {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let first = name.utf8.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first),
        name.utf8.allSatisfy({ $0.isAlphanumeric || "_+-".utf8.contains($0) })
      else { continue }
      var status = stat()
      guard stat("\(folder)/\(name)", &status) == 0 else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFREG: names.append(prefix + name)
      case S_IFDIR where depth > 1:
        list("\(folder)/\(name)", "\(prefix)\(name)/", depth - 1, into: &names)
      default: continue
      }
    }
  }

  /// - Returns: nil for what cannot be read, or is longer than the file of any zone.
  private static func content(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    let file = ZoneFile(descriptor)
    var bytes: [UInt8] = []
    while bytes.count <= fileBytesMax {
      let piece = file.nextPiece()
      if piece.isEmpty { return bytes }
      bytes += piece
    }
    return nil
  }
}

/// A file that is read from its beginning on.
private final class ZoneFile {
  private let descriptor: Int32

  /// Takes over a descriptor.
  init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  /// Empty at the end, and where it cannot be read.
  func nextPiece() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 8192) { buffer, count in
      count = max(0, read(descriptor, buffer.baseAddress, buffer.count))
    }
  }
}

extension FormatOptions {
  /// The option `time_zone`: whose time moments are written in; nil: in UTC.
  package mutating func timeZone() -> LocalZone? {
    let expected = "the IANA name of a time zone, such as Europe/Berlin"
    return value("time_zone", expected, hint: Self.nearestZones) { option in
      guard case .string(let name) = option else { return nil }
      return ZoneCatalog.system.zone(name)
    }
  }

  private static func nearestZones(_ option: OptionValue) -> String? {
    guard case .string(let name) = option else { return nil }
    let nearest = ZoneCatalog.system.nearest(to: name)
    return nearest.isEmpty ? nil : "did you mean \(nearest.joined(separator: " or "))?"
  }
}
