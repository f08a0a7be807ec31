//! XOR5 on the hermaphrodite connectome: the closed form, and petgraph's VF2 for the induced count.
fn main() {}
