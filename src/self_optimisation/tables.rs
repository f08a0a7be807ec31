//! The tables about self-optimisation.

use crate::table;

table! {
    /// Energies that a Hopfield network on the wiring relaxes into before, while and after it
    /// learns its own attractors (Morales and Froese 2020), beside controls.
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
    /// The energy after learning beside those of a control with other placements of inhibition.
    /// Lower is better coordinated.
    pub struct SelfOptimisationControlRow = "self_optimisation_controls" version 1
        key(topology, control) {
        /// Topology.
        topology: String,
        /// count_matched or weight_matched.
        control: String,
        /// Energy after learning of the observed wiring, mean over draws.
        energy: f64,
        /// Standard deviation of it over draws, which differ in initial states.
        energy_sd: f64,
        /// Mean over the placements of the control.
        control_mean: f64,
        /// Standard deviation over the placements.
        control_sd: f64,
        /// 2.5 % quantile over the placements.
        control_low: f64,
        /// 97.5 % quantile over the placements.
        control_high: f64,
        /// `(energy - control_mean) / control_sd`; null where all placements end alike.
        z: Option<f64>,
        /// `(1 + placements that end at most as high) / (1 + placements)`: small if the wiring ends
        /// lower than its control.
        p_less: f64,
        /// `(1 + placements that end at least as high) / (1 + placements)`.
        p_greater: f64,
        /// Inhibitory weight of the observed wiring.
        inhibitory_weight: f64,
        /// Inhibitory weight of the control, mean over placements.
        control_inhibitory_weight: f64,
        /// Placements of the control, and runs of the observed wiring.
        draws: i32,
    }
}
