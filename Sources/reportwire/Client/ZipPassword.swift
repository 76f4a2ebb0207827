internal import ArgumentParser
private import Foundation
internal import ProtobufWire
internal import ReportwireServer

/// The password for the ZIP files of a report. Never an argument: other users of the machine read those
/// in the list of processes.
struct ZipPasswordOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A file with the password that ZIP files are encrypted with (AES-256), - for standard input "
        + "(default REPORTWIRE_ZIP_PASSWORD). An end of line after it does not count.",
      valueName: "file"))
  var zipPasswordFile: String?

  @Flag(help: "Ask for that password on the terminal.")
  var askZipPassword = false

  /// Whether a password is given, and not only in case that something takes it.
  var isAsked: Bool { zipPasswordFile != nil || askZipPassword }

  mutating func validate() throws {
    if zipPasswordFile != nil, askZipPassword {
      throw ValidationError("--zip-password-file and --ask-zip-password cannot go together")
    }
  }

  /// - Returns: nil if there is none.
  func read() throws(CommandFailure) -> String? {
    if let zipPasswordFile {
      var text = try InputText.readFile(zipPasswordFile)[...]
      if text.utf8.last == UInt8(ascii: "\n") { text = text.dropLast() }
      guard !text.isEmpty else {
        throw CommandFailure(.usage, "there is no password in '\(zipPasswordFile)'")
      }
      return String(text)
    }
    if askZipPassword { return try asked() }
    return ProcessInfo.processInfo.environment[ClientEnvironment.zipPassword]
      .flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Twice, since nobody sees what is typed.
  private func asked() throws(CommandFailure) -> String {
    guard let terminal = FileHandle(forUpdatingAtPath: "/dev/tty") else {
      throw CommandFailure(
        .usage, "there is no terminal to ask for a password on; use --zip-password-file")
    }
    try? terminal.close()
    func answer(_ prompt: String) -> String? { getpass(prompt).map { String(cString: $0) } }
    guard let first = answer("Password for the ZIP files: "), !first.isEmpty else {
      throw CommandFailure(.usage, "no password was typed")
    }
    guard let second = answer("The same again: "), second.isByteEqual(to: first) else {
      throw CommandFailure(.usage, "the two passwords are not the same")
    }
    return first
  }
}

/// Where passwords stand in the options of a report.
enum ZipPassword {
  /// Gives a password to every format of ZIP files that is made.
  ///
  /// - Parameters:
  ///   - standard: the formats that are made if the options name none.
  ///   - isAsked: whether it is an error if there is no such format.
  static func apply(
    _ password: String?, to options: inout Struct, standard: Value?, isAsked: Bool
  ) throws(CommandFailure) {
    guard let password else { return }
    let formats = ((options["formats"] ?? standard)?.listValue ?? []).compactMap(\.stringValue)
      .filter(isZIP)
    guard !formats.isEmpty || !isAsked else {
      throw CommandFailure(
        .usage,
        "a password is for ZIP files: ask for --format csv.zip, or another that ends in .zip")
    }
    for format in formats { options.set("password", of: format, to: .string(password)) }
  }

  /// Gives a password to what had one in the options of an earlier report.
  static func applyAgain(
    _ password: String?, to options: inout Struct, isAsked: Bool
  ) throws(CommandFailure) {
    let formats = locked(by: options)
    guard formats.isEmpty || password != nil else {
      throw CommandFailure(
        .usage,
        "the report had a password for \(formats.joined(separator: ", ")), which the server has not "
          + "kept; give it by --zip-password-file or --ask-zip-password")
    }
    guard !formats.isEmpty || !isAsked else {
      throw CommandFailure(.usage, "the report had no password, so this would not be the same")
    }
    for format in formats {
      options.set("password", of: format, to: .string(password ?? ""))
    }
  }

  /// The formats of a report that had a password.
  static func locked(by options: Struct) -> [String] {
    let formats = options.object("format_options")
    return formats.entries.map(\.key).filter { formats.object($0)["encrypted"] == .bool(true) }
  }

  private static func isZIP(_ format: String) -> Bool {
    format.utf8.reversed().starts(with: ".zip".utf8.reversed())
  }
}

extension Struct {
  /// The object of a key; an empty one if there is none.
  func object(_ key: String) -> Struct { self[key]?.structValue ?? Struct() }

  /// Sets an option of one format in the options of a report.
  mutating func set(_ option: String, of format: String, to value: Value) {
    var formats = object("format_options")
    var own = formats.object(format)
    own[option] = value
    formats[format] = .struct(own)
    self["format_options"] = .struct(formats)
  }
}
