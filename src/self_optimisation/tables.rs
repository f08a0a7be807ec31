//! The tables about self-optimisation.

use crate::table;

table! {
    /// Energies that a Hopfield network on the wiring relaxes into before, while and after it learns
    /// its own attractors (Morales and Froese 2020), beside controls.
    pub struct SelfOptimisationRow = "self_optimisation" version 1
        key(topology, control, draw, phase) {
        /// Topology.
        topology: String,
        /// observed or species_like.
        family: String,
        /// Species; for a species-like topology its preset.
        species: String,
        /// observed, count_matched (as many inhibitory connections, placed at random) or
        /// weight_matched (placed at random until they weigh as much).
        control: String,
        /// Number of the run, from 1, with initial states and a placement of its own.
        draw: i32,
        /// before, learning or after.
        phase: String,
        /// Mean over relaxations of the energy of the original couplings,
        /// `- sum w_ij s_i s_j` over ordered pairs.
        mean_energy: f64,
        /// Standard deviation of it over relaxations.
        sd_energy: f64,
        /// Lowest energy of all relaxations.
        lowest_energy: f64,
        /// Sum of the sizes of all couplings: no energy is below its negative.
        total_weight: f64,
        /// Number of couplings, chemical synapses and gap junctions of one ordered pair taken
        /// together.
        couplings: i32,
        /// Number of inhibitory couplings.
        inhibitory_couplings: i32,
        /// Sum of the sizes of the inhibitory couplings.
        inhibitory_weight: f64,
        /// Neurons of the network.
        neurons: i32 => "neurons",
        /// Relaxations of the phase.
        resets: i32,
        /// Seed of the run.
        seed: i64,
    }
}

table! {
    /// The energy after learning beside each control, paired by draw. Lower is better coordinated.
    pub struct SelfOptimisationContrastRow = "self_optimisation_contrasts" version 1
        key(topology, control) {
        /// Topology.
        topology: String,
        /// count_matched or weight_matched.
        control: String,
        /// Mean energy after learning of the observed wiring.
        energy: f64,
        /// Mean energy after learning of the control.
        control_energy: f64,
        /// Observed minus control, mean over draws.
        difference: f64,
        /// Lower end of its 95 % interval (Student's t).
        ci_low: f64,
        /// Upper end of that interval.
        ci_high: f64,
        /// Two-sided p-value of the sign-flip test.
        p_value: f64,
        /// Inhibitory weight of the observed wiring.
        inhibitory_weight: f64,
        /// Inhibitory weight of the control, mean over draws.
        control_inhibitory_weight: f64,
        /// Number of draws.
        n_pairs: i32,
    }
}
