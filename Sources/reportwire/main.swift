await ReportwireCommand.runToExit()
