import ReportwireTestKit
import Testing

/// Compares, outside of the macro, which cannot hold a call with typed errors.
func expect(
  _ packet: Packet, _ expected: Packet, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(packet == expected, sourceLocation: sourceLocation)
}
