import RPCServing
import Testing

@Suite("What may be kept")
struct BudgetTests {
  @Test("a connection may keep a quarter of what is free, so that others find as much")
  func share() {
    let server = ServerBudget(bytesMax: 8_000_000)
    let first = ConnectionBudget(server, bytesMax: .max)
    let granted = (8_000_000 - ConnectionBudget.baseBytes) / 4
    #expect(first.isGranted(granted))
    #expect(!first.isGranted(granted + 1))
    first.keep(granted)
    let second = ConnectionBudget(server, bytesMax: .max)
    #expect(server.share >= granted / 2)
    #expect(second.isGranted(server.share))
    #expect(!first.isGranted(1))
    first.release(granted)
    #expect(first.isGranted(granted - ConnectionBudget.baseBytes))
  }

  @Test("a little is granted to each connection also when nothing is left")
  func base() {
    let server = ServerBudget(bytesMax: 100_000)
    let budget = ConnectionBudget(server, bytesMax: .max)
    server.keep(1_000_000)
    #expect(server.share == 0)
    #expect(budget.isGranted(ConnectionBudget.baseBytes))
    #expect(!budget.isGranted(ConnectionBudget.baseBytes + 1))
  }

  @Test("a connection's own bound holds for all that it keeps or expects, but for a single thing")
  func ownBound() {
    let budget = ConnectionBudget(ServerBudget(bytesMax: 1 << 30), bytesMax: 1000)
    #expect(budget.fits(5000))
    budget.expect(400)
    #expect(budget.fits(600) && !budget.fits(601) && !budget.isFull)
    budget.keep(600)
    #expect(budget.isFull)
    budget.stopExpecting(400)
    budget.release(600)
    #expect(budget.fits(5000) && !budget.isFull)
  }

  @Test("small writes are counted with those that follow, large ones at once")
  func writes() {
    let server = ServerBudget(bytesMax: 1 << 30)
    let budget = ConnectionBudget(server, bytesMax: 1 << 20)
    let before = server.bytesKept
    #expect(budget.flushing(10_000) == 0)
    #expect(server.bytesKept == before)
    #expect(budget.flushing(10_000) == 20_000)
    #expect(server.bytesKept == before + 20_000)
    budget.flushed(20_000)
    #expect(budget.flushing(16_385) == 16_385)
    budget.flushed(16_385)
    #expect(server.bytesKept == before)
  }

  @Test("a connection that is gone keeps nothing")
  func closing() {
    let server = ServerBudget(bytesMax: 1 << 30)
    do {
      let budget = ConnectionBudget(server, bytesMax: 1 << 20)
      #expect(server.bytesKept == ConnectionBudget.baseBytes)
      budget.close()
      #expect(server.bytesKept == 0)
      _ = ConnectionBudget(server, bytesMax: 1 << 20)
    }
    #expect(server.bytesKept == 0)
  }

  @Test("tell the server of small amounts together, and exactly once nothing is kept")
  func smallAmounts() {
    let server = ServerBudget(bytesMax: 1 << 20)
    let connection = ConnectionBudget(server, bytesMax: 1 << 19)
    let before = server.bytesKept
    connection.keep(8192)
    #expect(server.bytesKept == before)
    connection.keep(1)
    #expect(server.bytesKept == before + 8193)
    connection.release(8192)
    #expect(server.bytesKept == before + 8193)
    #expect(connection.bytes == 1)
    connection.release(1)
    #expect(server.bytesKept == before)
  }
}
