return await FlowMatrix.Commands.CommandLine.RunAsync(args);
