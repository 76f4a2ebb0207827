internal import Texts

/// The passwords that a caller gives for the files of one report, by format: what stands as `password`
/// among the options of a format that takes one (`{"csv.zip": {"password": "..."}}`). Nothing keeps
/// them but a `PasswordVault`: in the options of a report `"encrypted": true` stands instead.
package struct FilePasswords: Hashable, Sendable {
  private var byFormat: [ReportFormat: FilePassword]

  private static let passwordKey = "password"
  private static let encryptedKey = "encrypted"

  package init(_ byFormat: [ReportFormat: FilePassword] = [:]) {
    self.byFormat = byFormat
  }

  package var isEmpty: Bool { byFormat.isEmpty }

  package subscript(format: ReportFormat) -> FilePassword? { byFormat[format] }

  /// What tells these passwords from others to whoever knows the secret, and nothing to anybody else.
  func marks(_ secret: [UInt8], _ digest: ([UInt8]) -> String) -> OptionObject {
    var marks: OptionObject = [:]
    for (format, password) in byFormat {
      marks[format.rawValue] = .string(digest(secret + password.text.utf8))
    }
    return marks
  }

  // MARK: In a caller's options

  /// Takes the passwords out of a caller's options, and notes there which formats have one.
  ///
  /// - Throws: for what is no password, without a word of it; and for options of a report that had
  ///   one, which is not given again.
  static func taken(
    outOf options: inout OptionObject, known: [any Renderer]
  ) throws(OptionError) -> FilePasswords {
    guard case .object(var formats)? = options[TemplateParameters.formatOptionsKey] else {
      return FilePasswords()
    }
    var passwords = FilePasswords()
    for renderer in known where renderer.takesPassword {
      let format = renderer.format
      guard case .object(var given)? = formats[format.rawValue] else { continue }
      if let option = given[passwordKey], option != .null {
        guard case .string(let text) = option, let password = FilePassword(text) else {
          throw OptionError(
            .invalid, key: key(of: format), reason: "it must be \(FilePassword.expected)")
        }
        passwords.byFormat[format] = password
        given[encryptedKey] = .bool(true)
      } else if given[encryptedKey] == .bool(true) {
        throw OptionError(
          .missing, key: key(of: format),
          reason: "the server keeps no passwords; give it with every create")
      }
      given[passwordKey] = nil
      formats[format.rawValue] = .object(given)
    }
    options[TemplateParameters.formatOptionsKey] = .object(formats)
    return passwords
  }

  /// The formats that a report's options say are locked.
  package static func formats(lockedBy options: OptionObject) -> [ReportFormat] {
    guard case .object(let formats)? = options[TemplateParameters.formatOptionsKey] else {
      return []
    }
    return formats.compactMap { name, value in
      guard case .object(let given) = value, given[encryptedKey] == .bool(true) else { return nil }
      return ReportFormat(rawValue: name)
    }
  }

  /// What `format_options` can say of every format that takes a password.
  static var offer: OptionObject { [passwordKey: .string(FilePassword.expected)] }

  /// Whether a format is locked, by its own options, out of which the passwords were taken.
  ///
  /// - Throws: for an option that there is not.
  static func isLocked(
    _ format: ReportFormat, by options: OptionObject
  ) throws(OptionError) -> Bool {
    for (name, value) in options {
      guard name.isExactly(encryptedKey) else {
        throw OptionError(
          .invalid, key: "\(TemplateParameters.formatOptionsKey).\(format.rawValue).\(name)",
          reason: "the format has no option \(name.quoted) of its own; it has \(passwordKey)")
      }
      guard case .bool = value else {
        throw OptionError(
          .invalid, key: "\(TemplateParameters.formatOptionsKey).\(format.rawValue).\(name)",
          reason: "it must be true or false, not \(value.kindName)")
      }
    }
    return options[encryptedKey] == .bool(true)
  }

  /// Where the password of a format stands.
  static func key(of format: ReportFormat) -> String {
    "\(TemplateParameters.formatOptionsKey).\(format.rawValue).\(passwordKey)"
  }
}
