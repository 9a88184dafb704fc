return await FlowMatrix.Cli.CommandLine.RunAsync(args);
