/// The version of this build.
package enum ReportwireVersion {
  package static let number = "0.1.0"
}
