/// A place where a domain's artifacts go (spaceone.api.report.v1.StorageInfo).
package struct Storage: Hashable, Sendable {
  /// `storage-` and 12 lower-case hexadecimal digits.
  package var storageID: String
  /// Empty: every domain may use it.
  package var domainID: String
  package var name: String
  package var secretID: String
  package var storageTypeID: String
  package var options: OptionObject
  package var createdAt: Instant

  package init(
    storageID: String, domainID: String, name: String, secretID: String = "",
    storageTypeID: String, options: OptionObject = [:], createdAt: Instant
  ) {
    self.storageID = storageID
    self.domainID = domainID
    self.name = name
    self.secretID = secretID
    self.storageTypeID = storageTypeID
    self.options = options
    self.createdAt = createdAt
  }

  /// The built-in storage: files below the server's data directory.
  package static let local = Storage(
    storageID: "storage-000000000001", domainID: "", name: "local",
    storageTypeID: StorageType.local.storageTypeID,
    createdAt: Instant(secondsSinceEpoch: 1_767_225_600))
}

/// A kind of storage (spaceone.api.report.v1.StorageTypeInfo).
package struct StorageType: Hashable, Sendable {
  /// `storage-type-` and 12 lower-case hexadecimal digits.
  package var storageTypeID: String
  package var name: String
  package var storageType: String
  package var provider: String
  package var options: OptionObject

  package init(
    storageTypeID: String, name: String, storageType: String, provider: String,
    options: OptionObject = [:]
  ) {
    self.storageTypeID = storageTypeID
    self.name = name
    self.storageType = storageType
    self.provider = provider
    self.options = options
  }

  package static let local = StorageType(
    storageTypeID: "storage-type-000000000001", name: "Local files", storageType: "local",
    provider: "reportwire")

  /// Every kind this server has, sorted by id.
  package static let all = [local]
}
