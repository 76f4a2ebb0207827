/// One thing that every adapter of a port must do. Run it as an argument of a test:
///
///     @Test(arguments: StoreConformance.cases)
///     func conforms(_ conformance: ConformanceCase<any ReportStore>) async throws {
///       try await conformance.run(makeEmptyStore())
///     }
package struct ConformanceCase<Subject>: Sendable, CustomStringConvertible {
  package let description: String
  private let body: @Sendable (Subject) async throws -> Void

  init(_ description: String, _ body: @escaping @Sendable (Subject) async throws -> Void) {
    self.description = description
    self.body = body
  }

  /// - Throws: `ConformanceFailure` if the subject does otherwise; what the subject throws.
  package func run(_ subject: Subject) async throws {
    try await body(subject)
  }
}

/// What an adapter does that it must not.
package struct ConformanceFailure: Error, CustomStringConvertible {
  package let description: String
}

/// Throws unless two values are equal.
func expectEqual<Value: Equatable>(
  _ actual: Value, _ expected: Value, _ subject: String = "value", line: UInt = #line,
  file: String = #fileID
) throws(ConformanceFailure) {
  guard actual != expected else { return }
  throw ConformanceFailure(
    description: "\(file):\(line): \(subject) is \(actual), not \(expected)")
}

/// Throws unless something holds.
func expect(
  _ condition: Bool, _ message: @autoclosure () -> String, line: UInt = #line,
  file: String = #fileID
) throws(ConformanceFailure) {
  guard !condition else { return }
  throw ConformanceFailure(description: "\(file):\(line): \(message())")
}

/// The value, if there is one.
func require<Value>(
  _ value: Value?, _ subject: String, line: UInt = #line, file: String = #fileID
) throws(ConformanceFailure) -> Value {
  guard let value else {
    throw ConformanceFailure(description: "\(file):\(line): there is no \(subject)")
  }
  return value
}

/// Throws unless the body throws an error of a kind that fits.
func expectError<Failure: Error>(
  _ kind: Failure.Type, where fits: (Failure) -> Bool = { _ in true }, line: UInt = #line,
  file: String = #fileID, _ body: () async throws -> Void
) async throws(ConformanceFailure) {
  do {
    try await body()
  } catch let error as Failure where fits(error) {
    return
  } catch {
    throw ConformanceFailure(description: "\(file):\(line): it throws \(error)")
  }
  throw ConformanceFailure(description: "\(file):\(line): it throws nothing")
}
