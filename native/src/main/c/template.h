// A process that supervisors are forked from. It has been started and protected once, which takes
// longer than all that a supervisor does until its socket listens; what it never writes to, all of
// them share.
//
// Standard input is a connected socket of packets (SOCK_SEQPACKET). A request is the path of a
// sandbox's directory, the answer "started PID" or "failed " and a line of text; one after another. The
// supervisors are its children, which it never waits for: it ends when the other end is closed, and
// they live on.
#pragma once

// Serves until the socket is closed; in a supervisor until that one's end. Returns the exit code.
int template_serve(char **arguments);
