//! `engraph schema`.

use super::Failure;
use super::output::print;
use crate::bottleneck::{DimensionRelationRow, LatentContrastRow, LatentDimensionRow};
use crate::connectome::{ConnectomeRow, NeuronRow, SynapseRow};
use crate::dimension::DimensionRow;
use crate::motif::survey::{
    MotifCountRow, MotifHubRow, MotifOccurrenceRow, MotifParticipationRow, MotifRow,
    MotifSampleRow, MotifSynapseRow, TriadCensusRow,
};
use crate::motif_function::MotifFunctionRow;
use crate::representation::{DisentanglementRow, HiddenDimensionRow, TrainingRegimeRow};
use crate::source::audit::{AuditRow, SourceAgreementRow};
use crate::table::TableSchema;
use crate::table::text::align;
use crate::text::suggest;
use crate::topology::{SpeciesTargetRow, TopologyMotifRow, TopologyRow};
use crate::training::homeostatic::{HomeostaticCurveRow, HomeostaticRunRow};
use crate::training::{
    CheckpointRow, LearningCurveRow, LearningRateRow, TrainingBudgetRow, TrainingRunRow,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Table; all tables without one.
    table: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let mut tables = all();
    if let Some(name) = &args.table {
        let names: Vec<&str> = tables.iter().map(|t| t.table).collect();
        if !names.contains(&name.as_str()) {
            let hint = suggest::hint(name, names.iter().copied())
                .unwrap_or_else(|| format!("\n  hint: one of {}", names.join(", ")));
            return Err(Failure::usage(format!("unknown table `{name}`{hint}")));
        }
        tables.retain(|t| t.table == name);
    }
    if args.json {
        return print(&(serde_json::to_string_pretty(&tables).unwrap_or_default() + "\n"));
    }
    print(&tables.iter().map(text).collect::<Vec<_>>().join("\n"))
}

fn text(t: &TableSchema) -> String {
    let rows: Vec<Vec<String>> = t
        .columns
        .iter()
        .map(|c| {
            let kind = if c.nullable {
                format!("{}?", c.kind)
            } else {
                c.kind.to_owned()
            };
            vec![
                format!("  {}", c.name),
                kind,
                c.unit.unwrap_or("").to_owned(),
                c.description.to_owned(),
            ]
        })
        .collect();
    format!(
        "{} (version {}): {}\n{}",
        t.table,
        t.version,
        t.description,
        align(&rows, &[false; 4])
    )
}

/// Every table that pipelines and commands write, in the order of the flow.
#[must_use]
pub(super) fn all() -> Vec<TableSchema> {
    vec![
        TableSchema::of::<ConnectomeRow>(),
        TableSchema::of::<NeuronRow>(),
        TableSchema::of::<SynapseRow>(),
        TableSchema::of::<MotifRow>(),
        TableSchema::of::<MotifCountRow>(),
        TableSchema::of::<MotifParticipationRow>(),
        TableSchema::of::<MotifSynapseRow>(),
        TableSchema::of::<MotifHubRow>(),
        TableSchema::of::<MotifSampleRow>(),
        TableSchema::of::<MotifOccurrenceRow>(),
        TableSchema::of::<TriadCensusRow>(),
        TableSchema::of::<SpeciesTargetRow>(),
        TableSchema::of::<TopologyRow>(),
        TableSchema::of::<HomeostaticRunRow>(),
        TableSchema::of::<HomeostaticCurveRow>(),
        TableSchema::of::<TrainingRunRow>(),
        TableSchema::of::<LearningCurveRow>(),
        TableSchema::of::<LearningRateRow>(),
        TableSchema::of::<TrainingBudgetRow>(),
        TableSchema::of::<CheckpointRow>(),
        TableSchema::of::<TrainingRegimeRow>(),
        TableSchema::of::<DisentanglementRow>(),
        TableSchema::of::<MotifFunctionRow>(),
        TableSchema::of::<TopologyMotifRow>(),
        TableSchema::of::<DimensionRow>(),
        TableSchema::of::<AuditRow>(),
        TableSchema::of::<SourceAgreementRow>(),
        TableSchema::of::<LatentDimensionRow>(),
        TableSchema::of::<HiddenDimensionRow>(),
        TableSchema::of::<LatentContrastRow>(),
        TableSchema::of::<DimensionRelationRow>(),
    ]
}
