using FlowMatrix; using FlowMatrix.Skydive; using FlowMatrix.Sockets;
var t = new SocketTable();
try {
foreach (var f in args) { using var s = File.OpenRead(f); new AnswerReader(t, FailureKind.Input, f).Read(s, default); }
var e = Estate.From(t);
var m = FlowMatrix.Matching.Matcher.Match(e);
var v = m.Vocabulary;
foreach (var r in m.Rows) Console.WriteLine($"{FlowMatrix.Tables.Protocols.Name(r.Protocol)},{v.Hosts[r.ServiceHost]},{v.Addresses.Text(r.ServiceAddress)},{r.ServicePort},{v.Processes.Path(r.ServiceProcess)},{v.Processes.Name(r.ServiceProcess)},{v.Hosts[r.ClientHost]},{v.Addresses.Text(r.ClientAddress)},{v.Processes.Path(r.ClientProcess)},{v.Processes.Name(r.ClientProcess)}");
} catch (Failure f) { Console.Error.WriteLine(f.Message); }
