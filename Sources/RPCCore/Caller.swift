internal import ProtobufWire

/// Who is calling, as far as a door or an interceptor has found out.
public struct Caller: Sendable, Hashable {
  /// Which domains somebody reaches.
  public enum Domains: Sendable {
    /// Whichever a request names.
    case every
    /// This one, whatever a request names.
    case only(String)
  }

  /// How somebody showed who they are.
  public enum Authentication: String, Sendable, Hashable {
    /// Not at all: the server takes everybody who reaches it.
    case none
    /// By a signed token.
    case token
    /// By a client certificate.
    case certificate
    /// By a URL that this server signed, which stands for whoever it was given to.
    case signedURL = "signed_url"
  }

  /// The name of the user or service; empty if nobody said.
  public let subject: String
  /// The domains that the caller reaches.
  public let domains: Domains
  /// What the caller may do there.
  public let roles: Roles
  /// How the server knows.
  public let authentication: Authentication
  /// Whether it is an application that calls for nobody but itself, as its token says.
  public let isApplication: Bool

  /// Makes a caller.
  public init(
    subject: String, domains: Domains, roles: Roles, authentication: Authentication,
    isApplication: Bool = false
  ) {
    self.isApplication = isApplication
    self.subject = subject
    self.domains = domains
    self.roles = roles
    self.authentication = authentication
  }

  /// Whoever reaches a server that does not authenticate: it may do everything.
  public static let anonymous = Caller(
    subject: "", domains: .every, roles: .admin, authentication: .none)

  /// Somebody of whom nothing is known, where that matters: reaches no domain and may nothing.
  package static let nobody = Caller(
    subject: "", domains: .only(""), roles: [], authentication: .none)

  /// Whether the caller may use methods that need a permission; nil: those that need none.
  @inlinable
  public func has(_ permission: Permission?) -> Bool {
    permission.map(roles.permit) ?? true
  }

  /// Whether a domain is one of the caller's.
  public func reaches(_ domainID: String) -> Bool {
    switch domains {
    case .every: true
    case .only(let own): own.isByteEqual(to: domainID)
    }
  }
}

extension Caller.Domains: Hashable {
  /// By the bytes of the ids.
  public static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.every, .every): true
    case (.only(let left), .only(let right)): left.isByteEqual(to: right)
    default: false
    }
  }

  /// By the bytes of the ids.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .every: hasher.combine(0)
    case .only(let domainID): hasher.combine(UTF8Key(domainID))
    }
  }
}

/// What a method asks of its caller. Each permission includes those before it.
public enum Permission: UInt8, Sendable, Hashable, CaseIterable, Comparable {
  /// Look at what is there, and download it.
  case read
  /// Ask for reports, call them off, have them kept or removed.
  case run
  /// Change what a domain's reports are made with: its schedules and storages.
  case manage
  /// Change what domains may do.
  case admin

  /// What people and tokens write: `read`, `run`, `manage` or `admin`.
  package var name: String { "\(self)" }

  /// The permission of a name.
  package init?(name: String) {
    guard let named = Self.allCases.first(where: { $0.name.isByteEqual(to: name) }) else {
      return nil
    }
    self = named
  }

  /// Less is smaller.
  @inlinable
  public static func < (left: Permission, right: Permission) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// The roles of a caller, each named after the most that it permits.
public struct Roles: OptionSet, Sendable, Hashable {
  /// A bit for each permission, the least one first.
  public let rawValue: UInt8

  /// Takes the bits.
  @inlinable
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// The role of a permission.
  @inlinable
  public init(_ permission: Permission) {
    self.init(rawValue: 1 << permission.rawValue)
  }

  /// Sees reports.
  public static let read = Roles(.read)
  /// Sees and makes reports.
  public static let run = Roles(.run)
  /// Looks after a domain.
  public static let manage = Roles(.manage)
  /// Looks after all.
  public static let admin = Roles(.admin)

  /// Whether one of the roles gives a permission.
  @inlinable
  public func permit(_ permission: Permission) -> Bool {
    rawValue >= 1 << permission.rawValue
  }
}
